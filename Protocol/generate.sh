#!/bin/sh
# Writes Sources/FieldpostWire/Generated/fieldpost.pb.swift anew from Protocol/fieldpost.proto.
#
# Needs the Swift toolchain and network for the swift-protobuf package; installs protobuf-compiler by apt when protoc is
# missing. SWIFT_PROTOBUF may name a checkout of swift-protobuf; otherwise the package's own is resolved and used.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
output="$root/Sources/FieldpostWire/Generated"

if ! command -v protoc >/dev/null; then
    apt-get update
    apt-get install --yes --no-install-recommends protobuf-compiler
fi

plugin_source=${SWIFT_PROTOBUF:-"$root/.build/checkouts/swift-protobuf"}
[ -d "$plugin_source" ] || swift package --package-path "$root" resolve
build=${TMPDIR:-/tmp}/fieldpost-protoc-gen-swift
swift build --package-path "$plugin_source" --scratch-path "$build" --product protoc-gen-swift
plugin="$(swift build --package-path "$plugin_source" --scratch-path "$build" --show-bin-path)/protoc-gen-swift"

mkdir -p "$output"
protoc --proto_path="$here" --plugin="protoc-gen-swift=$plugin" \
    --swift_opt=Visibility=Internal --swift_opt=UseAccessLevelOnImports=true \
    --swift_out="$output" fieldpost.proto
