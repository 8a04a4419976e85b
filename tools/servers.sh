# For tools/demo and tools/figures, which source it: the three slow servers of the lab.
# They end with the script that started them, however it ends.

servers=()
ports=()

pipes=$(mktemp -d)

stopServers() {
  rm -r "$pipes"
  [ ${#servers[@]} = 0 ] || kill "${servers[@]}" 2>/dev/null || true
}
trap stopServers EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# startServer PROGRAM POEM OPTION...: starts one, waits until it has told its port, and notes that.
# The transform server has no POEM: "".
startServer() {
  local line pipe=$pipes/${#servers[@]}
  mkfifo "$pipe"
  "$1" --quiet "${@:3}" ${2:+"$2"} >"$pipe" &
  servers+=($!)
  # --quiet: its port is all that it prints, so no one has to read on.
  read -r line <"$pipe" || { echo "$1 $2 did not start." >&2; exit 1; }
  echo "$line"
  line=${line##* }
  ports+=("${line%.}")
}
