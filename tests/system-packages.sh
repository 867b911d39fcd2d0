#!/usr/bin/env bash
# Chromium for the browser tests and LibreOffice for the documents, installed where that is allowed; elsewhere those tests skip
# and say so.
set -u
wanted=()
command -v chromium >/dev/null || wanted+=(chromium)
command -v soffice >/dev/null || wanted+=(libreoffice-writer)
[ "${#wanted[@]}" = 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing ${wanted[*]} for the tests (once)"
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${wanted[@]}"; } >/dev/null 2>&1 \
    || echo "${wanted[*]} could not be installed"
fi
exit 0
