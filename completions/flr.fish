# SPDX-License-Identifier: GPL-3.0-or-later
# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_flr_global_optspecs
    string join \n h/help V/version
end

function __fish_flr_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_flr_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_flr_using_subcommand
    set -l cmd (__fish_flr_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c flr -n "__fish_flr_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_needs_command" -s V -l version -d 'Print version'
complete -c flr -n "__fish_flr_needs_command" -f -a "koji" -d 'Look at a koji hub and change it'
complete -c flr -n "__fish_flr_needs_command" -f -a "release" -d 'Tell what releases there are and whether they are as they should be'
complete -c flr -n "__fish_flr_needs_command" -f -a "run" -d 'List, show, resume and undo what flr has done'
complete -c flr -n "__fish_flr_needs_command" -f -a "access" -d 'Who may do what here, and what they did'
complete -c flr -n "__fish_flr_needs_command" -f -a "practice" -d 'Serve and fill the embedded practice hub'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -s h -l help -d 'Print help'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "list-tagged" -d 'List the builds that koji calls tagged'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "latest-build" -d 'Show the latest builds of packages in a tag'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "build-info" -d 'Show builds'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "list-tags" -d 'List the tags that builds are in'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "list-pkgs" -d 'List the packages of a tag'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "list-history" -d 'List what happened to a tag: tagged, untagged, added, blocked, when, by whom'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "taginfo" -d 'Show how tags are set up'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "list-inheritance" -d 'Show what a tag inherits from, as a tree'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "list-targets" -d 'List build targets'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "list-sidetags" -d 'List users\' side tags'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "compare-tags" -d 'Compare what two tags have of each package'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "check-latest" -d 'Find packages whose latest build is older than another one in the tag'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "list-unsigned" -d 'List rpms that are not signed with a key'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "task-info" -d 'Show tasks'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "watch-task" -d 'Follow tasks until all of them are over'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "list-signing-queue" -d 'List builds that wait to be signed'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "call" -d 'Call any reading method of the hub and print its answer as JSON'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "whoami" -d 'Log in, and show as whom and with which permissions'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "tag-build" -d 'Tag builds'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "untag-build" -d 'Untag builds'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "move-builds" -d 'Move builds from one tag to another'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "add-pkg" -d 'Put packages on a tag\'s list'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "block-pkg" -d 'Block packages in a tag'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "unblock-pkg" -d 'Unblock packages in a tag'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "mass-tag" -d 'Tag the latest builds of one tag into another, unless it has newer ones'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "lock-tag" -d 'Lock a tag'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "unlock-tag" -d 'Unlock a tag'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "edit-tag" -d 'Change the settings of a tag'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "clone-tag" -d 'Copy a tag as it is, or as it was'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "create-side-target" -d 'Make a named side tag and a target that builds into it'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "remove-sidetags" -d 'Remove users\' side tags'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "set-target" -d 'Make a build target, or give it other tags'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "swap-parent" -d 'Replace a parent of a tag by another'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "retag-latest" -d 'Make the newest builds of packages the latest in their tag again'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "prune-tag" -d 'Untag all but the newest builds of each package'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "retrigger-signing" -d 'Have builds signed that the signer has missed'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "write-signed" -d 'Have the hub write signed copies of rpms'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "create-release-tags" -d 'Make the tags and targets of a release'
complete -c flr -n "__fish_flr_using_subcommand koji; and not __fish_seen_subcommand_from list-tagged latest-build build-info list-tags list-pkgs list-history taginfo list-inheritance list-targets list-sidetags compare-tags check-latest list-unsigned task-info watch-task list-signing-queue call whoami tag-build untag-build move-builds add-pkg block-pkg unblock-pkg mass-tag lock-tag unlock-tag edit-tag clone-tag create-side-target remove-sidetags set-target swap-parent retag-latest prune-tag retrigger-signing write-signed create-release-tags set-compose-tag" -f -a "set-compose-tag" -d 'Make the compose tag of a release hold exactly these builds, in this order'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-tagged" -l event -d 'As it was at this event' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-tagged" -l package -d 'Only builds of this package' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-tagged" -l type -d 'Only builds of this type: rpm, image, maven, module …' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-tagged" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-tagged" -l latest -d 'Only the newest build of each package'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-tagged" -l inherit -d 'Also what the tag inherits'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-tagged" -l json -d 'Print one JSON object a line'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-tagged" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from latest-build" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from latest-build" -l json -d 'Print one JSON object a line'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from latest-build" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from build-info" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from build-info" -l json -d 'Print one JSON object a line'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from build-info" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-tags" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-tags" -l json -d 'Print one JSON object a line'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-tags" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-pkgs" -l owner -d 'Only packages of this owner' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-pkgs" -l package -d 'Only this package' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-pkgs" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-pkgs" -l inherit -d 'Also what the tag inherits'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-pkgs" -l blocked -d 'Only blocked packages'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-pkgs" -l unblocked -d 'Only packages that are not blocked'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-pkgs" -l json -d 'Print one JSON object a line'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-pkgs" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-history" -l package -d 'Only what happened to this package and its builds' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-history" -l build -d 'Only what happened to this build' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-history" -l after -d 'Only what happened after this event' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-history" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-history" -l json -d 'Print one JSON object a line'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-history" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from taginfo" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from taginfo" -l json -d 'Print one JSON object a line'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from taginfo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-inheritance" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-inheritance" -l reverse -d 'What inherits from the tag'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-inheritance" -l json -d 'Print one JSON object a line'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-inheritance" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-targets" -l build-tag -d 'Only targets that build from this tag' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-targets" -l dest-tag -d 'Only targets whose builds go to this tag' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-targets" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-targets" -l json -d 'Print one JSON object a line'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-targets" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-sidetags" -l base -d 'Only those that inherit from this tag' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-sidetags" -l owner -d 'Only those of this user' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-sidetags" -l older-than -d 'Only those that are at least so old' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-sidetags" -l inactive -d 'Only those that nothing was tagged into or untagged from for so long' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-sidetags" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-sidetags" -l empty -d 'Only those that hold no build'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-sidetags" -l json -d 'Print one JSON object a line'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-sidetags" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from compare-tags" -l hub-b -d 'Profile of the hub that B is at; else it is the same one' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from compare-tags" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from compare-tags" -l inherit -d 'Also what the tags inherit'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from compare-tags" -l all -d 'Show packages that are the same as well'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from compare-tags" -l counts -d 'Show only how many packages there are of each class'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from compare-tags" -l exit-code -d 'End with 7 if anything differs'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from compare-tags" -l json -d 'Print one JSON object a line'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from compare-tags" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from check-latest" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from check-latest" -l parents -d 'Also newer builds in tags that it inherits from'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from check-latest" -l json -d 'Print one JSON object a line'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from check-latest" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-unsigned" -l key -d 'The key\'s id: 8 hex digits, in either case' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-unsigned" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-unsigned" -l inherit -d 'Of the tag also what it inherits'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-unsigned" -l latest -d 'Of the tag only the latest build of each package'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-unsigned" -l json -d 'Print one JSON object a line'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-unsigned" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from task-info" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from task-info" -l json -d 'Print one JSON object a line'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from task-info" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from watch-task" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from watch-task" -l json -d 'Print one JSON object a line'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from watch-task" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-signing-queue" -l older-than -d 'Only what has waited longer: a number with s, m, h or d' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-signing-queue" -l bodhi -d 'Ask the Bodhi at this address; else bodhi.toml says, or it is the public one' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-signing-queue" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-signing-queue" -l json -d 'Print one JSON object a line'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from list-signing-queue" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from call" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from call" -l json -d 'Print one JSON object a line'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from call" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from whoami" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from whoami" -l user -d 'Log in as this user, by password' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from whoami" -l password-file -d 'Read the password from this file, which nobody else may read; else it is asked for' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from whoami" -l keytab -d 'Log in by Kerberos with the keys in this file' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from whoami" -l principal -d 'The Kerberos principal in the keytab' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from whoami" -l cert -d 'Log in by TLS certificate: one PEM file with key and certificate' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from whoami" -l json -d 'Print one JSON object a line'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from whoami" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from tag-build" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from tag-build" -l user -d 'Log in as this user, by password' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from tag-build" -l password-file -d 'Read the password from this file, which nobody else may read; else it is asked for' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from tag-build" -l keytab -d 'Log in by Kerberos with the keys in this file' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from tag-build" -l principal -d 'The Kerberos principal in the keytab' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from tag-build" -l cert -d 'Log in by TLS certificate: one PEM file with key and certificate' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from tag-build" -l dry-run -d 'Show the plan and stop: no login, nothing is changed'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from tag-build" -l yes -d 'Do not ask'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from tag-build" -l json -d 'Print one JSON document about the run'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from tag-build" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from untag-build" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from untag-build" -l user -d 'Log in as this user, by password' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from untag-build" -l password-file -d 'Read the password from this file, which nobody else may read; else it is asked for' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from untag-build" -l keytab -d 'Log in by Kerberos with the keys in this file' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from untag-build" -l principal -d 'The Kerberos principal in the keytab' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from untag-build" -l cert -d 'Log in by TLS certificate: one PEM file with key and certificate' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from untag-build" -l dry-run -d 'Show the plan and stop: no login, nothing is changed'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from untag-build" -l yes -d 'Do not ask'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from untag-build" -l json -d 'Print one JSON document about the run'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from untag-build" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from move-builds" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from move-builds" -l user -d 'Log in as this user, by password' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from move-builds" -l password-file -d 'Read the password from this file, which nobody else may read; else it is asked for' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from move-builds" -l keytab -d 'Log in by Kerberos with the keys in this file' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from move-builds" -l principal -d 'The Kerberos principal in the keytab' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from move-builds" -l cert -d 'Log in by TLS certificate: one PEM file with key and certificate' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from move-builds" -l dry-run -d 'Show the plan and stop: no login, nothing is changed'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from move-builds" -l yes -d 'Do not ask'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from move-builds" -l json -d 'Print one JSON document about the run'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from move-builds" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from add-pkg" -l owner -d 'Owner of the new entries' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from add-pkg" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from add-pkg" -l user -d 'Log in as this user, by password' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from add-pkg" -l password-file -d 'Read the password from this file, which nobody else may read; else it is asked for' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from add-pkg" -l keytab -d 'Log in by Kerberos with the keys in this file' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from add-pkg" -l principal -d 'The Kerberos principal in the keytab' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from add-pkg" -l cert -d 'Log in by TLS certificate: one PEM file with key and certificate' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from add-pkg" -l dry-run -d 'Show the plan and stop: no login, nothing is changed'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from add-pkg" -l yes -d 'Do not ask'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from add-pkg" -l json -d 'Print one JSON document about the run'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from add-pkg" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from block-pkg" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from block-pkg" -l user -d 'Log in as this user, by password' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from block-pkg" -l password-file -d 'Read the password from this file, which nobody else may read; else it is asked for' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from block-pkg" -l keytab -d 'Log in by Kerberos with the keys in this file' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from block-pkg" -l principal -d 'The Kerberos principal in the keytab' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from block-pkg" -l cert -d 'Log in by TLS certificate: one PEM file with key and certificate' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from block-pkg" -l untag -d 'Also untag every build of them'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from block-pkg" -l dry-run -d 'Show the plan and stop: no login, nothing is changed'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from block-pkg" -l yes -d 'Do not ask'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from block-pkg" -l json -d 'Print one JSON document about the run'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from block-pkg" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from unblock-pkg" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from unblock-pkg" -l user -d 'Log in as this user, by password' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from unblock-pkg" -l password-file -d 'Read the password from this file, which nobody else may read; else it is asked for' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from unblock-pkg" -l keytab -d 'Log in by Kerberos with the keys in this file' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from unblock-pkg" -l principal -d 'The Kerberos principal in the keytab' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from unblock-pkg" -l cert -d 'Log in by TLS certificate: one PEM file with key and certificate' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from unblock-pkg" -l dry-run -d 'Show the plan and stop: no login, nothing is changed'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from unblock-pkg" -l yes -d 'Do not ask'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from unblock-pkg" -l json -d 'Print one JSON document about the run'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from unblock-pkg" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from mass-tag" -l also-newer-in -d 'Leave out what this tag has an equal or newer build of (can be repeated)' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from mass-tag" -l gating -d 'Builds wait here, and not where the layout says (can be repeated)' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from mass-tag" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from mass-tag" -l user -d 'Log in as this user, by password' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from mass-tag" -l password-file -d 'Read the password from this file, which nobody else may read; else it is asked for' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from mass-tag" -l keytab -d 'Log in by Kerberos with the keys in this file' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from mass-tag" -l principal -d 'The Kerberos principal in the keytab' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from mass-tag" -l cert -d 'Log in by TLS certificate: one PEM file with key and certificate' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from mass-tag" -l no-gating -d 'Look at no builds that wait'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from mass-tag" -l dry-run -d 'Show the plan and stop: no login, nothing is changed'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from mass-tag" -l yes -d 'Do not ask'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from mass-tag" -l json -d 'Print one JSON document about the run'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from mass-tag" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from lock-tag" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from lock-tag" -l user -d 'Log in as this user, by password' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from lock-tag" -l password-file -d 'Read the password from this file, which nobody else may read; else it is asked for' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from lock-tag" -l keytab -d 'Log in by Kerberos with the keys in this file' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from lock-tag" -l principal -d 'The Kerberos principal in the keytab' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from lock-tag" -l cert -d 'Log in by TLS certificate: one PEM file with key and certificate' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from lock-tag" -l dry-run -d 'Show the plan and stop: no login, nothing is changed'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from lock-tag" -l yes -d 'Do not ask'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from lock-tag" -l json -d 'Print one JSON document about the run'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from lock-tag" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from unlock-tag" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from unlock-tag" -l user -d 'Log in as this user, by password' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from unlock-tag" -l password-file -d 'Read the password from this file, which nobody else may read; else it is asked for' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from unlock-tag" -l keytab -d 'Log in by Kerberos with the keys in this file' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from unlock-tag" -l principal -d 'The Kerberos principal in the keytab' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from unlock-tag" -l cert -d 'Log in by TLS certificate: one PEM file with key and certificate' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from unlock-tag" -l dry-run -d 'Show the plan and stop: no login, nothing is changed'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from unlock-tag" -l yes -d 'Do not ask'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from unlock-tag" -l json -d 'Print one JSON document about the run'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from unlock-tag" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from edit-tag" -l perm -d 'Permission that tagging into the tag needs' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from edit-tag" -l arches -d 'Architectures, with blanks or commas between' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from edit-tag" -l extra -d 'Set a further setting (can be repeated)' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from edit-tag" -l remove-extra -d 'Take a further setting away (can be repeated)' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from edit-tag" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from edit-tag" -l user -d 'Log in as this user, by password' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from edit-tag" -l password-file -d 'Read the password from this file, which nobody else may read; else it is asked for' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from edit-tag" -l keytab -d 'Log in by Kerberos with the keys in this file' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from edit-tag" -l principal -d 'The Kerberos principal in the keytab' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from edit-tag" -l cert -d 'Log in by TLS certificate: one PEM file with key and certificate' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from edit-tag" -l no-perm -d 'No permission of the tag\'s own'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from edit-tag" -l no-arches -d 'No architectures of the tag\'s own'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from edit-tag" -l dry-run -d 'Show the plan and stop: no login, nothing is changed'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from edit-tag" -l yes -d 'Do not ask'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from edit-tag" -l json -d 'Print one JSON document about the run'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from edit-tag" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from clone-tag" -l event -d 'As the source was at this event' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from clone-tag" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from clone-tag" -l user -d 'Log in as this user, by password' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from clone-tag" -l password-file -d 'Read the password from this file, which nobody else may read; else it is asked for' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from clone-tag" -l keytab -d 'Log in by Kerberos with the keys in this file' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from clone-tag" -l principal -d 'The Kerberos principal in the keytab' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from clone-tag" -l cert -d 'Log in by TLS certificate: one PEM file with key and certificate' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from clone-tag" -l all-builds -d 'Copy all builds, not only the one of each package that was tagged last'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from clone-tag" -l prune -d 'Untag builds, block packages and remove groups and further settings that the source lacks'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from clone-tag" -l dry-run -d 'Show the plan and stop: no login, nothing is changed'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from clone-tag" -l yes -d 'Do not ask'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from clone-tag" -l json -d 'Print one JSON document about the run'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from clone-tag" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from create-side-target" -l parent -d 'Tag that it inherits from' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from create-side-target" -l build-tag -d 'Tag that build roots are made from' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from create-side-target" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from create-side-target" -l user -d 'Log in as this user, by password' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from create-side-target" -l password-file -d 'Read the password from this file, which nobody else may read; else it is asked for' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from create-side-target" -l keytab -d 'Log in by Kerberos with the keys in this file' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from create-side-target" -l principal -d 'The Kerberos principal in the keytab' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from create-side-target" -l cert -d 'Log in by TLS certificate: one PEM file with key and certificate' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from create-side-target" -l dry-run -d 'Show the plan and stop: no login, nothing is changed'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from create-side-target" -l yes -d 'Do not ask'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from create-side-target" -l json -d 'Print one JSON document about the run'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from create-side-target" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from remove-sidetags" -l base -d 'Only those that inherit from this tag' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from remove-sidetags" -l owner -d 'Only those of this user' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from remove-sidetags" -l older-than -d 'Only those that are at least so old' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from remove-sidetags" -l inactive -d 'Only those that nothing was tagged into or untagged from for so long' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from remove-sidetags" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from remove-sidetags" -l user -d 'Log in as this user, by password' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from remove-sidetags" -l password-file -d 'Read the password from this file, which nobody else may read; else it is asked for' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from remove-sidetags" -l keytab -d 'Log in by Kerberos with the keys in this file' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from remove-sidetags" -l principal -d 'The Kerberos principal in the keytab' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from remove-sidetags" -l cert -d 'Log in by TLS certificate: one PEM file with key and certificate' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from remove-sidetags" -l empty -d 'Only those that hold no build'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from remove-sidetags" -l dry-run -d 'Show the plan and stop: no login, nothing is changed'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from remove-sidetags" -l yes -d 'Do not ask'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from remove-sidetags" -l json -d 'Print one JSON document about the run'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from remove-sidetags" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from set-target" -l build-tag -d 'Tag that build roots are made from' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from set-target" -l dest-tag -d 'Tag that finished builds go to' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from set-target" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from set-target" -l user -d 'Log in as this user, by password' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from set-target" -l password-file -d 'Read the password from this file, which nobody else may read; else it is asked for' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from set-target" -l keytab -d 'Log in by Kerberos with the keys in this file' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from set-target" -l principal -d 'The Kerberos principal in the keytab' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from set-target" -l cert -d 'Log in by TLS certificate: one PEM file with key and certificate' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from set-target" -l dry-run -d 'Show the plan and stop: no login, nothing is changed'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from set-target" -l yes -d 'Do not ask'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from set-target" -l json -d 'Print one JSON document about the run'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from set-target" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from swap-parent" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from swap-parent" -l user -d 'Log in as this user, by password' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from swap-parent" -l password-file -d 'Read the password from this file, which nobody else may read; else it is asked for' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from swap-parent" -l keytab -d 'Log in by Kerberos with the keys in this file' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from swap-parent" -l principal -d 'The Kerberos principal in the keytab' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from swap-parent" -l cert -d 'Log in by TLS certificate: one PEM file with key and certificate' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from swap-parent" -l dry-run -d 'Show the plan and stop: no login, nothing is changed'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from swap-parent" -l yes -d 'Do not ask'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from swap-parent" -l json -d 'Print one JSON document about the run'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from swap-parent" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from retag-latest" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from retag-latest" -l user -d 'Log in as this user, by password' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from retag-latest" -l password-file -d 'Read the password from this file, which nobody else may read; else it is asked for' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from retag-latest" -l keytab -d 'Log in by Kerberos with the keys in this file' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from retag-latest" -l principal -d 'The Kerberos principal in the keytab' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from retag-latest" -l cert -d 'Log in by TLS certificate: one PEM file with key and certificate' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from retag-latest" -l dry-run -d 'Show the plan and stop: no login, nothing is changed'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from retag-latest" -l yes -d 'Do not ask'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from retag-latest" -l json -d 'Print one JSON document about the run'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from retag-latest" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from prune-tag" -l keep -d 'So many builds of each package stay' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from prune-tag" -l package -d 'Only builds of this package (can be repeated)' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from prune-tag" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from prune-tag" -l user -d 'Log in as this user, by password' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from prune-tag" -l password-file -d 'Read the password from this file, which nobody else may read; else it is asked for' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from prune-tag" -l keytab -d 'Log in by Kerberos with the keys in this file' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from prune-tag" -l principal -d 'The Kerberos principal in the keytab' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from prune-tag" -l cert -d 'Log in by TLS certificate: one PEM file with key and certificate' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from prune-tag" -l dry-run -d 'Show the plan and stop: no login, nothing is changed'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from prune-tag" -l yes -d 'Do not ask'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from prune-tag" -l json -d 'Print one JSON document about the run'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from prune-tag" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from retrigger-signing" -l to -d 'Where builds go back to that wait for gating' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from retrigger-signing" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from retrigger-signing" -l user -d 'Log in as this user, by password' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from retrigger-signing" -l password-file -d 'Read the password from this file, which nobody else may read; else it is asked for' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from retrigger-signing" -l keytab -d 'Log in by Kerberos with the keys in this file' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from retrigger-signing" -l principal -d 'The Kerberos principal in the keytab' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from retrigger-signing" -l cert -d 'Log in by TLS certificate: one PEM file with key and certificate' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from retrigger-signing" -l dry-run -d 'Show the plan and stop: no login, nothing is changed'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from retrigger-signing" -l yes -d 'Do not ask'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from retrigger-signing" -l json -d 'Print one JSON document about the run'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from retrigger-signing" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from write-signed" -l key -d 'The key\'s id: 8 hex digits, in either case' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from write-signed" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from write-signed" -l user -d 'Log in as this user, by password' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from write-signed" -l password-file -d 'Read the password from this file, which nobody else may read; else it is asked for' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from write-signed" -l keytab -d 'Log in by Kerberos with the keys in this file' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from write-signed" -l principal -d 'The Kerberos principal in the keytab' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from write-signed" -l cert -d 'Log in by TLS certificate: one PEM file with key and certificate' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from write-signed" -l inherit -d 'Of the tag also what it inherits'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from write-signed" -l latest -d 'Of the tag only the latest build of each package'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from write-signed" -l dry-run -d 'Show the plan and stop: no login, nothing is changed'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from write-signed" -l yes -d 'Do not ask'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from write-signed" -l json -d 'Print one JSON document about the run'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from write-signed" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from create-release-tags" -l from -d 'Make the base tag as a copy of this release\'s' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from create-release-tags" -l only -d 'Only these parts of the layout: rpm, infra, container, flatpak, coreos (with commas, can be repeated)' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from create-release-tags" -l phase -d 'The phase, in the layout\'s words: before-activation, after-activation, released, archived' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from create-release-tags" -l layout -d 'Read the layout from this file' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from create-release-tags" -l bodhi -d 'Ask the Bodhi at this address; else bodhi.toml says, or it is the public one' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from create-release-tags" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from create-release-tags" -l user -d 'Log in as this user, by password' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from create-release-tags" -l password-file -d 'Read the password from this file, which nobody else may read; else it is asked for' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from create-release-tags" -l keytab -d 'Log in by Kerberos with the keys in this file' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from create-release-tags" -l principal -d 'The Kerberos principal in the keytab' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from create-release-tags" -l cert -d 'Log in by TLS certificate: one PEM file with key and certificate' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from create-release-tags" -l prune -d 'Take away what the layout does not know'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from create-release-tags" -l dry-run -d 'Show the plan and stop: no login, nothing is changed'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from create-release-tags" -l yes -d 'Do not ask'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from create-release-tags" -l json -d 'Print one JSON document about the run'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from create-release-tags" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from set-compose-tag" -l bodhi -d 'Ask the Bodhi at this address; else bodhi.toml says, or it is the public one' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from set-compose-tag" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from set-compose-tag" -l user -d 'Log in as this user, by password' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from set-compose-tag" -l password-file -d 'Read the password from this file, which nobody else may read; else it is asked for' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from set-compose-tag" -l keytab -d 'Log in by Kerberos with the keys in this file' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from set-compose-tag" -l principal -d 'The Kerberos principal in the keytab' -r
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from set-compose-tag" -l cert -d 'Log in by TLS certificate: one PEM file with key and certificate' -r -F
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from set-compose-tag" -l clear -d 'Untag whatever is there'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from set-compose-tag" -l dry-run -d 'Show the plan and stop: no login, nothing is changed'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from set-compose-tag" -l yes -d 'Do not ask'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from set-compose-tag" -l json -d 'Print one JSON document about the run'
complete -c flr -n "__fish_flr_using_subcommand koji; and __fish_seen_subcommand_from set-compose-tag" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand release; and not __fish_seen_subcommand_from list info check" -s h -l help -d 'Print help'
complete -c flr -n "__fish_flr_using_subcommand release; and not __fish_seen_subcommand_from list info check" -f -a "list" -d 'List releases'
complete -c flr -n "__fish_flr_using_subcommand release; and not __fish_seen_subcommand_from list info check" -f -a "info" -d 'Show a release'
complete -c flr -n "__fish_flr_using_subcommand release; and not __fish_seen_subcommand_from list info check" -f -a "check" -d 'Check that a release is as it should be'
complete -c flr -n "__fish_flr_using_subcommand release; and __fish_seen_subcommand_from list" -l state -d 'Only releases in this state: disabled, pending, frozen, current, archived (can be repeated)' -r
complete -c flr -n "__fish_flr_using_subcommand release; and __fish_seen_subcommand_from list" -l prefix -d 'Only releases whose updates\' names begin so: FEDORA, FEDORA-EPEL, FEDORA-FLATPAK …' -r
complete -c flr -n "__fish_flr_using_subcommand release; and __fish_seen_subcommand_from list" -l bodhi -d 'Ask the Bodhi at this address; else bodhi.toml says, or it is the public one' -r
complete -c flr -n "__fish_flr_using_subcommand release; and __fish_seen_subcommand_from list" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand release; and __fish_seen_subcommand_from list" -l all -d 'Releases in every state'
complete -c flr -n "__fish_flr_using_subcommand release; and __fish_seen_subcommand_from list" -l json -d 'Print one JSON object a line'
complete -c flr -n "__fish_flr_using_subcommand release; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand release; and __fish_seen_subcommand_from info" -l field -d 'Print only this field' -r
complete -c flr -n "__fish_flr_using_subcommand release; and __fish_seen_subcommand_from info" -l bodhi -d 'Ask the Bodhi at this address; else bodhi.toml says, or it is the public one' -r
complete -c flr -n "__fish_flr_using_subcommand release; and __fish_seen_subcommand_from info" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand release; and __fish_seen_subcommand_from info" -l json -d 'Print one JSON object a line'
complete -c flr -n "__fish_flr_using_subcommand release; and __fish_seen_subcommand_from info" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand release; and __fish_seen_subcommand_from check" -l like -d 'Hold it against this release instead of the layout' -r
complete -c flr -n "__fish_flr_using_subcommand release; and __fish_seen_subcommand_from check" -l phase -d 'The phase, in the layout\'s words: before-activation, after-activation, released, archived' -r
complete -c flr -n "__fish_flr_using_subcommand release; and __fish_seen_subcommand_from check" -l part -d 'Only this part of the layout: rpm, infra, container, flatpak, coreos (can be repeated)' -r
complete -c flr -n "__fish_flr_using_subcommand release; and __fish_seen_subcommand_from check" -l layout -d 'Read the layout from this file' -r -F
complete -c flr -n "__fish_flr_using_subcommand release; and __fish_seen_subcommand_from check" -l bodhi -d 'Ask the Bodhi at this address; else bodhi.toml says, or it is the public one' -r
complete -c flr -n "__fish_flr_using_subcommand release; and __fish_seen_subcommand_from check" -l profile -d 'Profile of the hub, from koji\'s configuration files; practice is the embedded hub' -r
complete -c flr -n "__fish_flr_using_subcommand release; and __fish_seen_subcommand_from check" -l json -d 'Print one JSON object a line'
complete -c flr -n "__fish_flr_using_subcommand release; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand run; and not __fish_seen_subcommand_from list show resume undo" -s h -l help -d 'Print help'
complete -c flr -n "__fish_flr_using_subcommand run; and not __fish_seen_subcommand_from list show resume undo" -f -a "list" -d 'List what flr has done, newest first'
complete -c flr -n "__fish_flr_using_subcommand run; and not __fish_seen_subcommand_from list show resume undo" -f -a "show" -d 'Show what one run did'
complete -c flr -n "__fish_flr_using_subcommand run; and not __fish_seen_subcommand_from list show resume undo" -f -a "resume" -d 'Finish a run that did not come to its end'
complete -c flr -n "__fish_flr_using_subcommand run; and not __fish_seen_subcommand_from list show resume undo" -f -a "undo" -d 'Take back what a run did'
complete -c flr -n "__fish_flr_using_subcommand run; and __fish_seen_subcommand_from list" -l since -d 'Only runs since then: a date, 2026-11-21, or a time, 2026-11-21T21:30:00Z' -r
complete -c flr -n "__fish_flr_using_subcommand run; and __fish_seen_subcommand_from list" -l command -d 'Only runs of this command, as in "koji tag-build"' -r
complete -c flr -n "__fish_flr_using_subcommand run; and __fish_seen_subcommand_from list" -l user -d 'Only runs of this user' -r
complete -c flr -n "__fish_flr_using_subcommand run; and __fish_seen_subcommand_from list" -l json -d 'Print one JSON object a line'
complete -c flr -n "__fish_flr_using_subcommand run; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand run; and __fish_seen_subcommand_from show" -l json -d 'Print one JSON document'
complete -c flr -n "__fish_flr_using_subcommand run; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand run; and __fish_seen_subcommand_from resume" -l user -d 'Log in as this user, by password' -r
complete -c flr -n "__fish_flr_using_subcommand run; and __fish_seen_subcommand_from resume" -l password-file -d 'Read the password from this file, which nobody else may read; else it is asked for' -r -F
complete -c flr -n "__fish_flr_using_subcommand run; and __fish_seen_subcommand_from resume" -l keytab -d 'Log in by Kerberos with the keys in this file' -r -F
complete -c flr -n "__fish_flr_using_subcommand run; and __fish_seen_subcommand_from resume" -l principal -d 'The Kerberos principal in the keytab' -r
complete -c flr -n "__fish_flr_using_subcommand run; and __fish_seen_subcommand_from resume" -l cert -d 'Log in by TLS certificate: one PEM file with key and certificate' -r -F
complete -c flr -n "__fish_flr_using_subcommand run; and __fish_seen_subcommand_from resume" -l dry-run -d 'Show the plan and stop: no login, nothing is changed'
complete -c flr -n "__fish_flr_using_subcommand run; and __fish_seen_subcommand_from resume" -l yes -d 'Do not ask'
complete -c flr -n "__fish_flr_using_subcommand run; and __fish_seen_subcommand_from resume" -l json -d 'Print one JSON document about the run'
complete -c flr -n "__fish_flr_using_subcommand run; and __fish_seen_subcommand_from resume" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand run; and __fish_seen_subcommand_from undo" -l user -d 'Log in as this user, by password' -r
complete -c flr -n "__fish_flr_using_subcommand run; and __fish_seen_subcommand_from undo" -l password-file -d 'Read the password from this file, which nobody else may read; else it is asked for' -r -F
complete -c flr -n "__fish_flr_using_subcommand run; and __fish_seen_subcommand_from undo" -l keytab -d 'Log in by Kerberos with the keys in this file' -r -F
complete -c flr -n "__fish_flr_using_subcommand run; and __fish_seen_subcommand_from undo" -l principal -d 'The Kerberos principal in the keytab' -r
complete -c flr -n "__fish_flr_using_subcommand run; and __fish_seen_subcommand_from undo" -l cert -d 'Log in by TLS certificate: one PEM file with key and certificate' -r -F
complete -c flr -n "__fish_flr_using_subcommand run; and __fish_seen_subcommand_from undo" -l dry-run -d 'Show the plan and stop: no login, nothing is changed'
complete -c flr -n "__fish_flr_using_subcommand run; and __fish_seen_subcommand_from undo" -l yes -d 'Do not ask'
complete -c flr -n "__fish_flr_using_subcommand run; and __fish_seen_subcommand_from undo" -l json -d 'Print one JSON document about the run'
complete -c flr -n "__fish_flr_using_subcommand run; and __fish_seen_subcommand_from undo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand access; and not __fish_seen_subcommand_from request sudoers check list explain audit verify-log" -s h -l help -d 'Print help'
complete -c flr -n "__fish_flr_using_subcommand access; and not __fish_seen_subcommand_from request sudoers check list explain audit verify-log" -f -a "request" -d 'Write the ticket that asks for a grant'
complete -c flr -n "__fish_flr_using_subcommand access; and not __fish_seen_subcommand_from request sudoers check list explain audit verify-log" -f -a "sudoers" -d 'Print the file for /etc/sudoers.d that a user\'s grant makes'
complete -c flr -n "__fish_flr_using_subcommand access; and not __fish_seen_subcommand_from request sudoers check list explain audit verify-log" -f -a "check" -d 'Check whether a user may run a command, without running it'
complete -c flr -n "__fish_flr_using_subcommand access; and not __fish_seen_subcommand_from request sudoers check list explain audit verify-log" -f -a "list" -d 'List what is granted, one line for each clause'
complete -c flr -n "__fish_flr_using_subcommand access; and not __fish_seen_subcommand_from request sudoers check list explain audit verify-log" -f -a "explain" -d 'Explain in plain sentences what a user may do'
complete -c flr -n "__fish_flr_using_subcommand access; and not __fish_seen_subcommand_from request sudoers check list explain audit verify-log" -f -a "audit" -d 'Find what makes a grant worth less than it says'
complete -c flr -n "__fish_flr_using_subcommand access; and not __fish_seen_subcommand_from request sudoers check list explain audit verify-log" -f -a "verify-log" -d 'Verify that the audit log is what was written'
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from request" -l why -d 'Why it is needed, in one line' -r
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from request" -l output -d 'File to write the grant to; it must not be there yet' -r -F
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from request" -l host -d 'Machine on which it is to hold (can be repeated)' -r
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from request" -l user -d 'User who is to have it' -r
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from request" -l run-as -d 'Account that acts for the user, with its credential' -r
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from request" -l owner -d 'Who answers for it' -r
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from request" -l ticket -d 'Where it was asked for' -r
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from request" -l expires -d 'When it ends: a date, 2027-04-01, or a time, 2027-04-01T00:00:00Z; 400 days ahead at most' -r
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from request" -l allow -d 'A clause, as above (can be repeated)' -r
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from request" -l root -d 'Look below this directory instead of /: at an image, or a draft of a host\'s /etc' -r -F
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from request" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from sudoers" -l for -d 'The sudo that is to read the file' -r -f -a "sudo\t'The one written in C'
sudo-rs\t'The one written in Rust'
both\t'Either'"
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from sudoers" -l binary -d 'Where flr is on those machines' -r
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from sudoers" -l root -d 'Look below this directory instead of /: at an image, or a draft of a host\'s /etc' -r -F
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from sudoers" -l as-root -d 'For "sudo flr": flr itself leaves root for the account. Otherwise for "sudo -u ACCOUNT flr"'
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from sudoers" -l tighten -d 'Regular expressions made from the grant, in place of *: only C sudo 1.9.10 and later knows them'
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from sudoers" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from check" -l root -d 'Look below this directory instead of /: at an image, or a draft of a host\'s /etc' -r -F
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from check" -l host -d 'Machine on which it would run; this one, if it is not said' -r
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from check" -l json -d 'Print one JSON document'
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from list" -l command -d 'Only clauses for this command, as in "koji block-pkg"' -r
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from list" -l tag -d 'Only clauses that cover this tag, to look at it or to change it' -r
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from list" -l account -d 'Only grants that use this account' -r
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from list" -l expires -d 'Only grants that have ended or end within so many days' -r
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from list" -l root -d 'Look below this directory instead of /: at an image, or a draft of a host\'s /etc' -r -F
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from list" -l json -d 'Print one JSON object a line'
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from explain" -l root -d 'Look below this directory instead of /: at an image, or a draft of a host\'s /etc' -r -F
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from audit" -l root -d 'Look below this directory instead of /: at an image, or a draft of a host\'s /etc' -r -F
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from audit" -l json -d 'Print one JSON object a line'
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from audit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from verify-log" -l heads -d 'Compare with these lines of a system log, or lines "ACCOUNT SEQ HASH"; - is standard input' -r -F
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from verify-log" -l account -d 'Only the log of this account' -r
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from verify-log" -l root -d 'Verify the logs of the system in this directory, which is not the running one' -r -F
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from verify-log" -l json -d 'Print one JSON object a line'
complete -c flr -n "__fish_flr_using_subcommand access; and __fish_seen_subcommand_from verify-log" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand practice; and not __fish_seen_subcommand_from serve reset seed" -s h -l help -d 'Print help'
complete -c flr -n "__fish_flr_using_subcommand practice; and not __fish_seen_subcommand_from serve reset seed" -f -a "serve" -d 'Serve the practice hub until Ctrl-C'
complete -c flr -n "__fish_flr_using_subcommand practice; and not __fish_seen_subcommand_from serve reset seed" -f -a "reset" -d 'Throw the practice hub\'s state away'
complete -c flr -n "__fish_flr_using_subcommand practice; and not __fish_seen_subcommand_from serve reset seed" -f -a "seed" -d 'Fill the practice hub with packages, builds and tags'
complete -c flr -n "__fish_flr_using_subcommand practice; and __fish_seen_subcommand_from serve" -l listen -d 'Address to listen on; port 0 takes any that is free' -r
complete -c flr -n "__fish_flr_using_subcommand practice; and __fish_seen_subcommand_from serve" -l dir -d 'Keep the hub\'s state in this directory' -r -F
complete -c flr -n "__fish_flr_using_subcommand practice; and __fish_seen_subcommand_from serve" -l log -d 'Write every call to this file, one JSON object a line' -r -F
complete -c flr -n "__fish_flr_using_subcommand practice; and __fish_seen_subcommand_from serve" -l trust-remote-user -d 'Believe this header when it says who logs in: only behind a web server that checks it' -r
complete -c flr -n "__fish_flr_using_subcommand practice; and __fish_seen_subcommand_from serve" -l control -d 'Take instructions to misbehave, for tests'
complete -c flr -n "__fish_flr_using_subcommand practice; and __fish_seen_subcommand_from serve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand practice; and __fish_seen_subcommand_from reset" -l dir -d 'The hub\'s state is in this directory' -r -F
complete -c flr -n "__fish_flr_using_subcommand practice; and __fish_seen_subcommand_from reset" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c flr -n "__fish_flr_using_subcommand practice; and __fish_seen_subcommand_from seed" -l dir -d 'The hub\'s state is in this directory' -r -F
complete -c flr -n "__fish_flr_using_subcommand practice; and __fish_seen_subcommand_from seed" -s h -l help -d 'Print help (see more with \'--help\')'
