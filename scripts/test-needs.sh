#!/usr/bin/env bash
# Installs what the tests need and npm does not bring, where it is missing and we may:
# Debian's `age`, to prove that a tool of somebody else opens what we export, and OpenSSH's server,
# to which exports are brought.
set -euo pipefail
missing=()
command -v age >/dev/null && command -v age-keygen >/dev/null || missing+=(age)
[ -x /usr/sbin/sshd ] || missing+=(openssh-server)
[ ${#missing[@]} -eq 0 ] && exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "the tests need ${missing[*]}: install it with your package manager (Debian: apt-get install ${missing[*]})" >&2
  exit 1
fi
export DEBIAN_FRONTEND=noninteractive
export RUNLEVEL=1 # what is installed is not started
apt-get install -y -qq "${missing[@]}" >/dev/null 2>&1 || {
  apt-get update -qq
  apt-get install -y -qq "${missing[@]}" >/dev/null
}
