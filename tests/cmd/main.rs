// SPDX-License-Identifier: GPL-3.0-or-later
//! The real binary against a practice hub on loopback: standard output, standard error, exit code
//! and the list of calls. What a test does not say is empty.
#![cfg(feature = "practice")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod access_audit;
mod access_check;
mod access_explain;
mod access_list;
mod access_request;
mod access_sudoers;
mod access_verify_log;
mod arguments;
mod bodhi;
mod changing;
mod granting;
mod koji_add_pkg;
mod koji_block_pkg;
mod koji_build_info;
mod koji_call;
mod koji_check_latest;
mod koji_clone_tag;
mod koji_compare_tags;
mod koji_create_side_target;
mod koji_edit_tag;
mod koji_latest_build;
mod koji_list_history;
mod koji_list_inheritance;
mod koji_list_pkgs;
mod koji_list_sidetags;
mod koji_list_signing_queue;
mod koji_list_tagged;
mod koji_list_tags;
mod koji_list_targets;
mod koji_list_unsigned;
mod koji_lock_tag;
mod koji_mass_tag;
mod koji_move_builds;
mod koji_prune_tag;
mod koji_remove_sidetags;
<<<<<<< HEAD
mod koji_retag_latest;
=======
mod koji_retrigger_signing;
>>>>>>> main
mod koji_set_compose_tag;
mod koji_set_target;
mod koji_swap_parent;
mod koji_tag_build;
mod koji_taginfo;
mod koji_task_info;
mod koji_unblock_pkg;
mod koji_unlock_tag;
mod koji_untag_build;
mod koji_watch_task;
mod koji_whoami;
mod koji_write_signed;
mod lists;
mod practice_reset;
mod practice_seed;
mod practice_serve;
mod release_check;
mod release_info;
mod release_list;
mod run_list;
mod run_resume;
mod run_show;
mod run_undo;
mod signals;
mod site;
mod streams;
mod terminal;
