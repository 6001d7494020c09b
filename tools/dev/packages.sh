# shellcheck shell=bash
# Debian packages by purpose, from apt-packages.txt. Where all are there, apt is not asked: works offline.

# missing_packages PURPOSE...
missing_packages() {
  local purpose package command
  while read -r purpose package command; do
    case " $* " in *" $purpose "*) ;; *) continue ;; esac
    if [ -n "$command" ] && command -v "$command" >/dev/null; then continue; fi
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || echo "$package"
  done < <(sed -e 's/#.*//' -e '/^ *$/d' tools/dev/apt-packages.txt) | sort -u
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "not root and no sudo; install these Debian packages by hand: ${missing[*]}"
  fi
}

# need_packages PURPOSE...
need_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  say "Debian packages: ${missing[*]}"
  # Postfix is wanted for its programs only: it must neither be configured nor started here.
  case " ${missing[*]} " in *" postfix "*)
    echo 'postfix postfix/main_mailer_type select No configuration' | as_root debconf-set-selections
    ;;
  esac
  as_root tools/dev/libexec/apt-install "${missing[@]}"
}
