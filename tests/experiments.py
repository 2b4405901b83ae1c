"""
The experiments that show what holds under load, faults and attack, and the tests that make them.

`./dev faults` makes them all and writes the table in docs/operate.md.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Experiment:
    what: str
    tests: tuple[str, ...] = ()  # "file::test" below tests/
    misses: str = ""  # what is asked for and not tried


_ALL_FAILS = (
    "e2e/test_faults.py::test_whatever_fails_each_is_told_once_and_the_page_says_what_is_so"
)
_REDIS_FAILS = (
    "heatmaps_project/operations/test_faults_of_redis.py"
    "::test_complaints_are_taken_while_redis_fails_and_worked_off_afterwards"
)
_REDIS_IS_SEEN_TO_FAIL = (
    "heatmaps_project/operations/test_faults_of_redis.py"
    "::test_a_broker_that_takes_no_task_is_seen_and_stops_no_request"
)

EXPERIMENTS = {
    "F1": Experiment(
        "complaints are sent again and again while web workers are killed",
        (
            "complaints/intake/test_once.py::test_each_complaint_is_stored_once_whatever_dies",
            "complaints/intake/test_transitions.py"
            "::test_sixteen_senders_of_the_same_complaints_store_each_once",
        ),
    ),
    "F2": Experiment(
        "a worker's process is killed in the middle of its tasks",
        (
            "feedback/test_killed_between_steps.py"
            "::test_workers_killed_after_each_step_send_no_text_twice_and_lose_none",
            "spots/watching/test_killed.py"
            "::test_a_process_that_is_killed_has_changed_nothing_and_the_next_does_its_work",
            "spots/trials/test_trials.py::test_a_worker_that_is_killed_loses_nothing_but_its_step",
            "heatmaps_project/customers/retention/test_killed.py"
            "::test_a_process_that_is_killed_again_and_again_leaves_whole_portions",
            "heatmaps_project/customers/retention/test_killed.py"
            "::test_killed_before_any_write_each_portion_is_whole_and_the_next_run_ends_it",
        ),
    ),
    "F3": Experiment(
        "a whole worker is killed and started again",
        (
            _ALL_FAILS,
            "feedback/test_never_twice.py::test_a_planner_killed_in_the_middle_is_finished_by_the_next",
            "test_dev.py::test_a_program_that_dies_is_started_again_until_it_is_told_to_stop",
        ),
    ),
    "F4": Experiment("Redis is killed and started", (_ALL_FAILS, _REDIS_FAILS)),
    "F5": Experiment(
        "Redis is emptied in the middle of a batch of messages", (_ALL_FAILS, _REDIS_FAILS)
    ),
    "F6": Experiment(
        "Redis becomes a replica, and master again", (_REDIS_FAILS, _REDIS_IS_SEEN_TO_FAIL)
    ),
    "F7": Experiment(
        "Redis does not answer",
        (
            _ALL_FAILS,
            _REDIS_FAILS,
            _REDIS_IS_SEEN_TO_FAIL,
            "heatmaps_project/operations/test_health.py"
            "::test_a_broker_that_is_gone_stops_no_request",
            "spots/maps/test_kept.py::test_a_silent_cache_costs_time_and_nothing_else",
        ),
    ),
    "F8": Experiment("Redis is full", (_ALL_FAILS, _REDIS_FAILS, _REDIS_IS_SEEN_TO_FAIL)),
    "F9": Experiment(
        "PostgreSQL is stopped and started",
        (
            _ALL_FAILS,
            "complaints/intake/test_api.py::test_a_database_that_dies_under_a_request_answers_503",
            "heatmaps_project/operations/test_failover.py"
            "::test_what_was_taken_is_there_after_postgres_died_five_times",
        ),
    ),
    "F10": Experiment(
        "PostgreSQL fails over to a replica",
        (
            "heatmaps_project/operations/test_failover.py"
            "::test_what_was_taken_is_in_the_replica_that_takes_over",
            "heatmaps_project/operations/test_failover.py"
            "::test_one_alone_is_written_to_whatever_comes_back_and_whoever_died_halfway",
            "heatmaps_project/operations/test_hosts.py"
            "::test_whichever_machine_dies_nothing_is_lost_and_nobody_is_told_twice",
            "heatmaps_project/operations/test_task_connections.py"
            "::test_tasks_go_on_with_the_lines_that_are_there",
        ),
    ),
    "F11": Experiment(
        "PostgreSQL takes no connection",
        (
            "heatmaps_project/operations/test_faults_of_postgres.py"
            "::test_while_nobody_is_let_in_it_says_so_and_goes_on_afterwards",
        ),
    ),
    "F12": Experiment(
        "a long transaction holds a spot",
        (
            "spots/cases/page/test_meanwhile.py"
            "::test_a_spot_that_somebody_holds_is_said_to_be_busy_and_the_form_is_kept",
        ),
    ),
    "F13": Experiment(
        "a task kills whoever works on it",
        (
            "spots/network/test_import_life.py::test_what_kills_every_worker_is_given_up",
            "spots/trials/test_trials.py::test_three_workers_that_died_fail_it",
        ),
    ),
    "F14": Experiment(
        "what is sent is broken: no JSON, NUL bytes, deep nesting, a letter; or it has no end",
        (
            "complaints/intake/test_api.py::test_no_json_breaks_it",
            "complaints/intake/test_api.py::test_no_bytes_break_it",
            "complaints/intake/test_batch.py::test_a_text_that_is_no_unicode_costs_its_own_row_only",
            "heatmaps_project/channels/test_channels.py"
            "::test_a_letter_that_breaks_the_reader_is_kept_as_it_came",
            "test_schema_honesty.py::test_no_answer_is_a_failure_or_one_that_is_not_described",
            "heatmaps_project/test_web.py"
            "::test_whoever_never_ends_a_request_holds_a_thread_for_seconds_alone",
            "heatmaps_project/test_web.py::test_nor_does_whoever_never_ends_a_head",
            "heatmaps_project/test_web.py"
            "::test_whoever_does_not_read_an_answer_holds_a_thread_for_seconds_alone",
            "heatmaps_project/test_web.py::test_whoever_reads_slowly_is_told_all_of_it",
        ),
    ),
    "F15": Experiment(
        "every task runs twice, and at the same time",
        (
            "test_tasks.py::test_two_runs_at_once_do_what_one_does_and_later_ones_nothing_by_a_clock_set_back_too",
            "test_tasks.py::test_the_scene_gives_most_tasks_something_to_do",
        ),
    ),
    "F16": Experiment(
        "a CRM's events come late and in no order",
        (
            "complaints/events/test_folding.py::test_every_order_of_hearing_comes_to_the_same",
            "complaints/events/test_events_api.py"
            "::test_whatever_order_events_come_in_the_complaint_is_the_same",
        ),
    ),
    "F17": Experiment(
        "a gateway refuses, throttles, hangs, cuts the line, and answers nonsense",
        (
            _ALL_FAILS,
            "feedback/test_gateways.py::test_what_an_http_gateway_answers_says_what_may_be_done",
            "feedback/test_gateways.py"
            "::test_while_every_gateway_is_shut_messages_wait_and_no_attempt_is_lost",
            "feedback/test_never_twice.py"
            "::test_no_connection_to_the_database_is_held_while_a_gateway_keeps_us_waiting",
            "feedback/test_smpp.py"
            "::test_a_line_that_breaks_after_the_text_was_taken_leaves_it_uncertain_and_sends_it_once",
        ),
    ),
    "F18": Experiment(
        "receipts come doubled, in no order, early, unknown, and with ids in hex",
        (
            "feedback/test_smpp.py::test_receipts_early_late_and_doubled",
            "feedback/test_receipts.py::test_in_whatever_order_receipts_come_delivered_stays_delivered",
            "feedback/test_receipts.py::test_the_number_decides_between_hex_and_decimal",
            "feedback/test_receipts_over_http.py::test_receipts_come_early_doubled_and_out_of_order",
        ),
    ),
    "F19": Experiment(
        "clocks of the parts differ, and one steps back",
        (
            "spots/cases/promises/test_clocks_of_servers.py"
            "::test_nothing_ends_before_it_began_and_no_promise_stands_still_for_ever",
            "test_tasks.py"
            "::test_two_runs_at_once_do_what_one_does_and_later_ones_nothing_by_a_clock_set_back_too",
            "heatmaps_project/operations/test_health.py"
            "::test_a_clock_that_is_not_the_databases_is_seen",
        ),
    ),
    "F20": Experiment(
        "clocks change, and days begin at another time in each zone",
        (
            "feedback/test_quiet.py::test_nothing_is_ever_due_in_quiet_hours",
            "heatmaps_project/supervision/test_digests.py"
            "::test_each_local_date_begins_its_report_once_at_eight_whatever_the_clocks_do",
            "spots/sla/test_calendar_properties.py"
            "::test_a_walk_over_each_clock_change_counts_the_same",
            "heatmaps_project/test_another_edition.py"
            "::test_whoever_waits_for_the_morning_is_told_by_day_and_once",
            "heatmaps_project/test_another_edition.py"
            "::test_each_local_date_has_its_report_once_over_the_change",
            "heatmaps_project/test_another_edition.py"
            "::test_what_was_promised_stays_and_what_is_promised_next_goes_by_the_new_clock",
        ),
    ),
    "F21": Experiment(
        "two timetables run",
        (
            "test_tasks.py"
            "::test_two_runs_at_once_do_what_one_does_and_later_ones_nothing_by_a_clock_set_back_too",
            "feedback/test_two_timetables.py::test_each_is_told_once_though_two_timetables_run",
        ),
    ),
    "F22": Experiment(
        "workers of the former version and of the new one run together",
        (
            "heatmaps_project/operations/test_rolling.py"
            "::test_a_new_version_is_rolled_out_without_a_failed_task_or_request",
            "test_migrations.py::test_whoever_waits_for_a_lock_lets_others_by_and_asks_again",
            "test_tasks.py::test_a_task_takes_an_id_at_most_and_tolerates_what_it_does_not_know",
            "heatmaps_project/operations/test_health.py"
            "::test_a_database_that_older_code_made_is_not_ready",
        ),
    ),
    "F23": Experiment(
        "a disk is full: PostgreSQL's, and that of uploads",
        (
            "heatmaps_project/operations/test_full_disk.py"
            "::test_what_was_taken_is_there_after_postgres_had_no_room_for_its_log",
            "heatmaps_project/operations/test_full_disk.py"
            "::test_a_file_for_which_there_is_no_room_is_refused",
        ),
    ),
    "F24": Experiment(
        "a backup is restored on an empty machine",
        (
            "heatmaps_project/operations/test_restore.py"
            "::test_a_lost_database_comes_back_without_the_erased_and_tells_nobody_twice",
            "heatmaps_project/operations/test_empty_machine.py"
            "::test_an_empty_machine_comes_to_stand_from_the_backup_and_the_repository_alone",
        ),
    ),
    "F25": Experiment(
        "a file is far too large",
        (
            "spots/network/test_import_files.py::test_memory_is_bounded_however_long_the_file_is",
            "complaints/intake/test_batch.py::test_a_body_over_the_limit_is_413",
        ),
    ),
    "F26": Experiment(
        "two hundred agents a second ask about one address",
        (
            "heatmaps_project/desk/test_all_at_once.py"
            "::test_all_are_answered_in_time_by_few_connections_and_for_little_of_the_database",
            "heatmaps_project/desk/test_together.py"
            "::test_many_who_ask_at_once_are_answered_by_two_who_find_out",
        ),
    ),
    "F27": Experiment(
        "addresses wait to be placed, and are placed by two workers",
        (
            "complaints/geocoding/test_transitions.py"
            "::test_two_machines_share_the_work_and_do_none_of_it_twice",
            "complaints/geocoding/test_backlog.py"
            "::test_a_backlog_is_placed_oldest_first_by_two_workers_each_once",
        ),
    ),
    "F28": Experiment(
        "a spot is very large",
        (
            "spots/cases/page/test_spot_page.py"
            "::test_the_page_takes_the_same_queries_however_large_the_spot",
            "spots/cases/page/test_surroundings.py"
            "::test_the_drawing_stays_light_however_much_there_is",
            "spots/cases/page/test_very_large.py::test_the_page_of_a_very_large_spot_opens_in_time",
        ),
    ),
    "F29": Experiment(
        "a worker that was away comes back after another took over",
        (
            "spots/network/test_import_life.py::test_a_worker_that_lost_its_claim_books_nothing",
            "heatmaps_project/channels/test_channels.py"
            "::test_a_worker_whose_claim_has_gone_stores_nothing",
            "feedback/test_sending.py"
            "::test_a_message_whose_worker_died_is_uncertain_and_not_sent_by_itself",
        ),
    ),
    "A1": Experiment(
        "passwords are guessed, from forged addresses too",
        (
            "heatmaps_project/accounts/test_client_address.py"
            "::test_a_guesser_behind_the_proxy_locks_nobody_else_out",
            "heatmaps_project/accounts/test_client_address.py"
            "::test_the_address_is_the_one_that_the_outermost_trusted_proxy_heard",
            "heatmaps_project/accounts/test_client_address.py"
            "::test_one_password_is_tried_at_few_names_and_whoever_is_known_there_signs_in",
            "heatmaps_project/accounts/test_second_factor.py"
            "::test_guessers_of_codes_are_stopped_and_the_owner_is_not",
        ),
    ),
    "A2": Experiment(
        "what is another brand's or region's is asked for, on every page and call",
        (
            "test_walls.py::test_lists_and_pages_of_rows_behind_a_wall_are_not_there",
            "test_walls.py::test_no_action_of_a_list_reaches_behind_a_wall",
            "test_walls.py::test_pages_of_many_rows_show_none_from_behind_a_wall",
            "test_walls_of_machines.py::test_a_list_shows_no_row_behind_the_walls",
            "heatmaps_project/accounts/test_refusals.py"
            "::test_every_row_of_another_brand_that_staff_ask_for_is_noted",
            "heatmaps_project/accounts/test_refusals.py"
            "::test_every_row_of_another_brand_that_a_machine_asks_for_is_noted",
        ),
    ),
    "A3": Experiment(
        "bodies name fields that are not theirs",
        ("complaints/intake/test_attacks.py::test_fields_that_are_not_a_senders_change_nothing",),
    ),
    "A4": Experiment(
        "names and texts are formulas, in every file",
        (
            "complaints/intake/test_imports.py::test_a_formula_is_made_inert_and_comes_back",
            "complaints/intake/test_imports.py"
            "::test_a_cell_is_inert_where_commas_or_tabs_separate_too_and_comes_back",
            "complaints/test_xlsx.py::test_a_reader_finds_the_cells_as_they_were_written",
            "heatmaps_project/supervision/test_board_files.py"
            "::test_a_team_whose_name_is_a_formula_is_neutralised",
            "heatmaps_project/supervision/audit/test_audit_export.py"
            "::test_a_name_that_is_a_formula_is_neutralised",
            "spots/maps/test_exports.py::test_no_cell_of_a_spreadsheet_is_a_formula",
        ),
    ),
    "A5": Experiment(
        "texts are scripts",
        (
            "test_house.py::test_templates_obey_the_content_security_policy",
            "heatmaps_project/desk/test_knowledge.py::test_an_article_shows_no_html_of_its_own",
            "test_scripts.py::test_what_people_wrote_is_never_a_pages_own_html",
        ),
    ),
    "A6": Experiment(
        "links of customers are guessed, used late, and opened by machines",
        (
            "feedback/surveys/test_survey_page.py"
            "::test_expired_forged_and_made_up_tokens_get_the_same_page_for_the_same_work",
            "feedback/surveys/test_survey_page.py::test_whoever_guesses_is_soon_made_to_wait",
            "feedback/surveys/test_survey_page.py::test_looking_writes_nothing",
        ),
    ),
    "A7": Experiment(
        "an agent harvests phones",
        (
            "heatmaps_project/accounts/test_reveal.py"
            "::test_the_quota_holds_however_many_looks_come_at_once",
            "heatmaps_project/desk/test_acting.py::test_whoever_harvests_is_stopped_at_the_quota",
            "heatmaps_project/operations/test_metrics.py"
            "::test_whoever_reveals_as_much_as_one_may_is_alarming",
            "heatmaps_project/desk/test_seen.py"
            "::test_what_an_account_revealed_and_looked_up_in_an_hour_is_told_and_no_more",
        ),
    ),
    "A8": Experiment(
        "files are asked for by those who may not",
        (
            "test_access.py::test_a_role_opens_its_own_pages_and_no_others",
            "spots/maps/test_exports.py"
            "::test_customers_are_named_only_to_those_who_may_see_them_and_never_by_phone",
            "heatmaps_project/supervision/test_board_files.py"
            "::test_no_other_kind_of_file_and_none_for_whoever_may_not_see_the_page",
        ),
    ),
    "A9": Experiment(
        "files are bombs, and not what they say",
        (
            "spots/network/test_import_files.py::test_a_bomb_is_refused_before_it_is_unpacked",
            "complaints/imports/test_imports_of_people.py"
            "::test_strings_of_a_workbook_that_no_cell_names_cost_nothing_and_others_their_bytes",
            "spots/network/test_import_files.py"
            "::test_an_archive_that_lies_about_its_size_is_stopped_while_it_unpacks",
            "spots/cases/comments/test_comments.py"
            "::test_a_file_is_taken_for_what_it_is_if_its_name_says_so",
            "spots/cases/comments/test_comments.py"
            "::test_a_comment_is_sent_from_the_page_and_read_there",
            "spots/cases/comments/test_comments.py"
            "::test_a_picture_says_no_more_where_and_by_whom_it_was_taken",
            "spots/cases/comments/test_comments.py"
            "::test_what_would_fill_the_memory_and_what_is_broken_is_no_picture",
        ),
    ),
    "A10": Experiment(
        "replies to surveys are stuffed, and STOP comes in the middle",
        (
            "feedback/surveys/test_turns.py"
            "::test_however_customers_reply_they_get_few_texts_and_only_answers_to_what_they_were_asked",
            "feedback/test_texts_from_customers.py::test_stop_is_heard_at_any_step",
            "feedback/test_never_twice.py::test_a_double_tap_makes_one_answer",
        ),
    ),
    "A11": Experiment(
        "a few numbers complain hundreds of times to fake a spot",
        (
            "spots/detection/test_untidy_input.py"
            "::test_a_customer_with_ten_thousand_complaints_is_one_customer",
            "spots/detection/test_engine.py"
            "::test_one_customer_is_no_spot_however_often_it_complains",
            "complaints/intake/test_flooding.py"
            "::test_above_the_queue_dispatchers_read_of_them_and_come_to_their_complaints",
            "heatmaps_project/operations/test_metrics.py"
            "::test_refusals_and_numbers_that_flood_are_counted",
            "spots/cases/test_flooded.py"
            "::test_who_complains_in_a_spot_more_often_in_a_day_than_anybody_would_is_told",
            "spots/cases/test_flooded.py"
            "::test_it_is_said_in_the_queue_and_on_the_page_and_who_to_those_who_may_know",
        ),
    ),
    "A12": Experiment(
        "a webhook is to call into the own network, or is led there",
        (
            "heatmaps_project/webhooks/test_sending.py::test_nobody_is_called_in_a_private_network",
            "heatmaps_project/webhooks/test_sending.py::test_a_redirect_is_not_followed",
        ),
    ),
    "A13": Experiment(
        "keys are changed in operation",
        (
            "complaints/test_personal.py"
            "::test_an_old_key_still_decrypts_after_a_new_one_was_put_first",
            "complaints/test_renewing.py::test_after_a_new_key_the_old_one_can_be_taken_away",
            "heatmaps_project/operations/test_indexes.py"
            "::test_everybody_is_found_before_during_and_after_a_change_that_was_killed",
            "heatmaps_project/operations/test_indexes.py"
            "::test_check_tells_of_two_peppers_and_refuses_one_that_is_missed",
        ),
    ),
    "A14": Experiment(
        "phones and addresses of mail are looked for in logs",
        (
            "heatmaps_project/test_logs.py::test_a_phone_and_an_address_of_mail_are_not_said",
            "heatmaps_project/test_logs.py::test_a_traceback_does_not_quote_rows_of_the_database",
            # each test of the suite fails that logs one: tests/personal_in_logs.py
            "heatmaps_project/test_logs.py"
            "::test_the_suite_would_hear_whose_it_is_in_whatever_it_logs",
            "heatmaps_project/test_logs.py::test_everything_that_is_logged_is_heard",
        ),
    ),
    "A15": Experiment(
        "sessions are forged, fixed, framed, and outlive their owner's leave",
        (
            "heatmaps_project/accounts/test_attacks_on_sessions.py"
            "::test_what_a_form_of_another_site_sends_is_not_done",
            "heatmaps_project/accounts/test_attacks_on_sessions.py"
            "::test_a_session_is_new_at_sign_in_framed_by_nobody_and_ends_with_the_account",
            "test_access.py::test_whoever_is_not_of_the_staff_opens_nothing",
            "test_access.py::test_between_the_password_and_the_code_nothing_opens",
        ),
    ),
    "A16": Experiment(
        "filters are abused",
        (
            "complaints/intake/test_lists.py::test_what_cannot_be_asked_is_a_problem",
            "complaints/intake/test_api.py::test_a_broken_query_breaks_nothing",
        ),
    ),
}
