#!/usr/bin/env bash
# Chromium for the browser tests, installed where that is allowed; elsewhere those tests skip and say so.
set -u
command -v chromium >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing Chromium for the browser tests (once)"
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && apt-get install -y -qq chromium; } >/dev/null 2>&1 || echo "Chromium could not be installed"
fi
exit 0
