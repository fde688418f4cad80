import FieldpostStore

// What each part of `Store` asks for stands where the data are: `Reading`, `Writing`, `Exchange`, `Feed` and so on.
extension Journal: Store {}
