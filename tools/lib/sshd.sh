# A private sshd on loopback: its own keys, port, home directory and configuration, nothing of the machine's changed.
# Sourced. It runs as the user who starts it and lets only that user in.
#
#   sshd_start DIR [SSHD_CONFIG_LINE ...]   leaves DIR/ssh_config with the hosts "demo", "web1", "web2" and "web3"
#   sshd_stop DIR

sshd_start() {
  local dir=$1 port sshd; shift
  sshd=$(PATH=$PATH:/usr/sbin:/sbin command -v sshd)
  mkdir -p "$dir/home" && chmod 700 "$dir" "$dir/home"
  # sshd insists on its privilege separation directory when root starts it.
  [ "$(id -u)" != 0 ] || mkdir -p /run/sshd
  ssh-keygen -q -t ed25519 -N '' -f "$dir/host_key" </dev/null
  ssh-keygen -q -t ed25519 -N '' -f "$dir/user_key" </dev/null
  cp "$dir/user_key.pub" "$dir/authorized_keys"
  # A port that nothing listens on; sshd fails to start where another was faster, and the next is tried.
  for _ in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 12000))
    cat >"$dir/sshd_config" <<C
Port $port
ListenAddress 127.0.0.1
HostKey $dir/host_key
AuthorizedKeysFile $dir/authorized_keys
PidFile $dir/sshd.pid
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
UsePAM no
StrictModes no
AllowUsers $(id -un)
SetEnv HOME=$dir/home
C
    printf '%s\n' "$@" >>"$dir/sshd_config"
    if "$sshd" -f "$dir/sshd_config" -E "$dir/sshd.log"; then break; fi
    port=
  done
  [ -n "$port" ] || { cat "$dir/sshd.log" >&2; return 1; }
  echo "[127.0.0.1]:$port $(cut -d' ' -f1,2 "$dir/host_key.pub")" >"$dir/known_hosts"
  cat >"$dir/ssh_config" <<C
Host demo web1 web2 web3
  HostName 127.0.0.1
  Port $port
  User $(id -un)
  IdentityFile $dir/user_key
  IdentitiesOnly yes
  UserKnownHostsFile $dir/known_hosts
  StrictHostKeyChecking yes
  LogLevel ERROR
C
}

sshd_stop() { [ ! -f "$1/sshd.pid" ] || kill "$(cat "$1/sshd.pid")"; }
