"""An authority that only the browser of these tests trusts, and a certificate of it for one name."""

import subprocess


def make(folder, name):
    """Writes `site.key` and `site.crt` for `name` into `folder`, and gives a home folder whose NSS database trusts
    their authority."""
    folder.mkdir(parents=True, exist_ok=True)
    home = folder / "home"
    database = home / ".pki/nssdb"
    database.mkdir(parents=True)
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30"]
    _run(folder, "openssl", "req", "-x509", *curve, "-keyout", "ca.key", "-out", "ca.crt", "-subj", "/CN=Station CA",
         "-addext", "basicConstraints=critical,CA:true", "-addext", "keyUsage=critical,keyCertSign")
    _run(folder, "openssl", "req", *curve[:-2], "-keyout", "site.key", "-out", "site.csr", "-subj", f"/CN={name}")
    (folder / "names").write_text(f"subjectAltName=DNS:{name}\nextendedKeyUsage=serverAuth\n")
    _run(folder, "openssl", "x509", "-req", "-in", "site.csr", "-CA", "ca.crt", "-CAkey", "ca.key",
         "-CAcreateserial", "-days", "30", "-extfile", "names", "-out", "site.crt")
    _run(folder, "certutil", "-N", "--empty-password", "-d", f"sql:{database}")
    _run(folder, "certutil", "-A", "-n", "station", "-t", "C,,", "-i", "ca.crt", "-d", f"sql:{database}")
    return home


def _run(folder, *words):
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(words)}: {done.stderr}")
