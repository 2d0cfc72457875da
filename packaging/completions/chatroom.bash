# SPDX-License-Identifier: BSL-1.0
# Completes the options of the programs as their own --help has them.
_chatroom()
{
    local word=$2 before=$3
    COMPREPLY=()
    case $before in
        --config | --log | --bans | --tls-cert | --tls-key | --tls-ca) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
        --slow) mapfile -t COMPREPLY < <(compgen -W 'disconnect skip' -- "$word") ;;
        --log-level) mapfile -t COMPREPLY < <(compgen -W 'trace debug info warn error critical off' -- "$word") ;;
        --commands | --plain-login | --http) mapfile -t COMPREPLY < <(compgen -W 'on off' -- "$word") ;;
        --rooms) mapfile -t COMPREPLY < <(compgen -W 'any listed' -- "$word") ;;
        --tls) mapfile -t COMPREPLY < <(compgen -W 'auto required offered' -- "$word") ;;
        --tls-self) mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
        --color) mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$word") ;;
        *)
            [[ $word == -* ]] || return
            mapfile -t COMPREPLY < <(compgen -W "$("$1" --help 2>/dev/null |
                grep -oE '^  (-[a-z] \[ )?--[a-z0-9-]+' | grep -oE -- '--[a-z0-9-]+')" -- "$word")
            ;;
    esac
}
complete -F _chatroom chatroom-server chatroom-client chatroom-bench
