#!/usr/bin/env bash
# Installs what a step needs and what is missing; says so, and does nothing when all is there.
#   install.sh build    cmake and a C compiler (libopus and the TLS library are built from source)
#   install.sh web      the packages of web/ (the type checker)
#   install.sh browser  Chromium, Firefox where it can be had, and the packages of tests/browser
set -euo pipefail
cd "$(dirname "$0")/.."

apt_install() {
  local missing=()
  for package in "$@"; do
    dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  command -v apt-get >/dev/null || {
    echo "Please install: ${missing[*]} (this is not a Debian system)" >&2
    exit 1
  }
  local as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  echo "Installing ${missing[*]} ..."
  "${as_root[@]}" apt-get update -qq
  for package in "${missing[@]}"; do
    DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends \
      "$package" >/dev/null || {
      # A large package set now and then trips dpkg over its own order: settle it and go on.
      "${as_root[@]}" dpkg --configure -a
      DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq -f
      DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq \
        --no-install-recommends "$package"
    }
  done
}

# The pages' tests need Node 20; Debian 12 has 18. The Makefile puts .tools first in PATH.
NODE_MAJOR=20
node_itself() {
  command -v npm >/dev/null || apt_install nodejs npm
  local major
  major=$(node --version | sed 's/^v//; s/[.].*//')
  [ "$major" -ge "$NODE_MAJOR" ] && return
  echo "Installing Node $NODE_MAJOR beside Node $major ..."
  npm install --no-audit --no-fund --silent --prefix .tools "node@$NODE_MAJOR"
}

node_packages() { # folder
  local folder=$1
  if [ -d "$folder/node_modules" ] &&
    cmp -s "$folder/package-lock.json" "$folder/node_modules/.installed-lock"; then
    return
  fi
  echo "Installing the packages of $folder ..."
  (cd "$folder" && npm ci --no-audit --no-fund --silent)
  cp "$folder/package-lock.json" "$folder/node_modules/.installed-lock"
}

case "${1:-}" in
build) apt_install cmake gcc g++ make pkg-config ;;
web)
  node_itself
  node_packages web
  ;;
browser)
  apt_install chromium
  # Firefox runs no sound without a sound server. Its stories say so when either is missing.
  (apt_install firefox-esr pulseaudio) ||
    echo "Firefox could not be installed: the stories that need it will be skipped." >&2
  node_itself
  node_packages tests/browser
  ;;
*)
  sed -n '2,5p' "$0" >&2
  exit 2
  ;;
esac
