# Shared by the scripts in tools/: where things are, and what the machine must have.
# Sourced, never run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
artifacts=$root/artifacts
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

say() { printf '%s\n' "$*" >&2; }
die() { say "$(basename "$0"): $*"; exit 1; }

# need PROGRAM:PACKAGE ... - installs the Debian packages whose program (or file, with a leading slash) is absent.
# Without root it prints the one command to run, and fails.
need() {
  local want program missing=()
  for want in "$@"; do
    program=${want%%:*}
    case $program in
      /*) [ -e "$program" ] ;;
      *) PATH=$PATH:/usr/sbin:/sbin command -v "$program" >/dev/null ;;
    esac || missing+=("${want#*:}")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || die "needs ${missing[*]} (names of Debian packages); install them and run this again"
  if [ "$(id -u)" != 0 ]; then
    die "needs packages that are not installed; run this, then try again:
  sudo apt-get install -y ${missing[*]}"
  fi
  say "installing ${missing[*]}"
  local log; log=$(mktemp)
  if ! { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q "${missing[@]}"; } >"$log" 2>&1; then
    cat "$log" >&2; rm -f "$log"; die "apt-get could not install ${missing[*]}"
  fi
  rm -f "$log"
}

need_dotnet() {
  command -v dotnet >/dev/null || die "needs the .NET SDK 10 (https://dotnet.microsoft.com/download); 'dotnet' is not in PATH"
}

need_build() {
  need_dotnet
  need gcc:gcc ld:binutils /usr/include/zlib.h:zlib1g-dev /usr/include/stdio.h:libc6-dev gzip:gzip
}

# What cross-compiles the agents for linux-arm64.
need_arm64() {
  need aarch64-linux-gnu-gcc:gcc-aarch64-linux-gnu aarch64-linux-gnu-objcopy:binutils-aarch64-linux-gnu \
    /usr/aarch64-linux-gnu/lib/libc.a:libc6-dev-arm64-cross
}

# What makes and runs the arm64 machine of the tests.
need_arm64_guest() {
  need qemu-system-aarch64:qemu-system-arm cpio:cpio dpkg-deb:dpkg aarch64-linux-gnu-readelf:binutils-aarch64-linux-gnu
}
