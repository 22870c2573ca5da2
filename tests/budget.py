"""Which tests may take longer than others, and why: an ordinary test 2 seconds, a journey 15, on two quiet cores.

Each carries the marker `slow`; tests/architecture/test_budget.py compares. Nothing fails by its time: the end of a run
shows what took longest, and what took longer than the budget without standing here.
"""

ORDINARY, JOURNEY = 2, 15
"""Seconds."""

SLOW = {
    "tests/api/test_escalations.py::test_each_step_is_for_those_whom_it_is_for": (
        "asks for each step as each of the cast"
    ),
    "tests/api/test_fuzz.py::test_every_operation_answers_as_the_schema_and_the_oracle_say": (
        "asks every operation of the API many times"
    ),
    "tests/api/test_fuzz.py::test_operations_in_a_row_answer_as_the_schema_and_the_oracle_say": (
        "walks along the links of the API"
    ),
    "tests/architecture/test_access.py::test_each_person_reads_what_the_oracle_says_and_reading_writes_nothing": (
        "reads every address as each class of people"
    ),
    "tests/architecture/test_access.py::test_nobody_gets_in_without_signing_in": (
        "knocks at every address with every method"
    ),
    "tests/architecture/test_check.py::test_check": "mypy, ruff and djlint read everything, the first time without a cache",
    "tests/architecture/test_html.py::test_every_page_is_sound": "asks for every page as three people",
    "tests/architecture/test_navigation.py::test_every_page_shows_where_one_is": "asks for every page",
    "tests/browser/test_agreement.py::test_from_a_template_to_1_0_to_1_1_and_the_two_compared": (
        "several people walk a map's whole way"
    ),
    "tests/browser/test_confirming.py::test_eight_texts_are_confirmed_in_ten_clicks": (
        "as many pages as there are texts"
    ),
    "tests/browser/test_editor_by_keyboard.py::test_a_map_is_edited_with_the_keyboard_alone": (
        "every editing task, key by key"
    ),
    "tests/browser/test_story.py::test_the_story_is_played_whole_and_an_open_map_follows_it_live": (
        "plays the whole story, as six people"
    ),
    "tests/browser/test_stored_texts.py::test_nothing_stored_ever_runs": "opens every page with every hostile text",
    "tests/browser/test_working_together.py::test_municipality_and_county_build_the_youth_map_together": (
        "two people build a whole map"
    ),
    "tests/collaboration/test_letters.py::test_of_50000_subscribers_the_500_with_news_are_found_in_three_statements": (
        "50,000 people and what they chose, and 500 mails"
    ),
    "tests/embedded/test_demo.py::test_the_demo_starts_answers_refuses_a_second_and_stops": (
        "starts the whole demo from nothing, and again"
    ),
    "tests/faults/test_history.py::test_eight_people_lose_nothing_whatever_is_killed": "many edits, and restarts",
    "tests/faults/test_kills.py::test_what_was_acknowledged_is_there_once_whatever_is_killed": "waits for restarts",
    "tests/embedded/test_demo.py::test_a_program_of_the_demo_that_dies_is_started_again_and_it_is_said": (
        "starts the whole demo, and each program again"
    ),
    "tests/faults/test_escalations.py::test_a_sweep_that_is_killed_anywhere_has_done_nothing_and_the_next_does_it_once": (
        "starts two processes for each table"
    ),
    "tests/faults/test_escalations.py::test_several_clocks_at_once_and_killed_at_random_lose_nothing_and_double_nothing": (
        "starts three processes again and again"
    ),
    "tests/faults/test_escalations.py::test_in_the_nights_when_clocks_turn_nothing_climbs_twice_or_early": (
        "sweeps every half hour of four days"
    ),
    "tests/faults/test_escalations.py::test_a_process_whose_machine_is_hours_off_climbs_once": "starts four processes",
    "tests/faults/test_escalations.py::test_the_worker_climbs_once_whatever_is_killed": "waits for restarts",
    "tests/faults/test_full_disk.py::test_a_write_on_a_full_disk_is_refused_and_everything_goes_on_afterwards": (
        "fills a disk with edits"
    ),
    "tests/faults/test_redis_frozen.py::test_reading_and_editing_go_on_while_redis_is_frozen": (
        "Valkey stands still for a while"
    ),
    "tests/production/test_journey.py::test_the_check_of_a_rehearsal_leaves_nobody_who_can_sign_in_and_no_map": (
        "starts production's processes once more"
    ),
    "tests/production/test_large_requests.py::test_a_file_is_brought_though_the_disk_for_temporary_files_is_full": (
        "starts a web process on a full disk"
    ),
    "tests/production/test_large_requests.py::test_whoever_sends_without_end_is_refused_and_fills_nothing": (
        "sends 300 MB to a web process"
    ),
    "tests/production/test_silence.py::test_a_page_is_answered_though_the_database_says_nothing": (
        "waits for the patience of a web process to end"
    ),
    "tests/production/test_silence.py::test_frozen_sessions_hold_no_page_and_afterwards_everything_goes_on": (
        "waits for the patience of a web process to end"
    ),
    "tests/production/test_backup.py::test_a_backup_under_load_comes_back_as_it_was_at_its_moment": (
        "dumps and restores a whole database"
    ),
    "tests/services/test_escalation_years.py::test_in_ten_years_nothing_climbs_early_twice_on_a_day_off_or_outside_office_hours": (
        "looks at hundreds of moments of ten years"
    ),
    "tests/services/test_escalation_filings.py::test_nothing_is_lost_nothing_doubled_and_no_identity_code_is_stored": (
        "files 150 reports over bad lines"
    ),
    "tests/services/test_escalation_plans.py::test_no_page_reads_all_reports": "loads 100,000 reports",
    "tests/services/test_escalation_plans.py::test_the_clock_reads_what_is_due": "loads 100,000 reports",
    "tests/services/test_escalation_plans.py::test_what_does_not_work_is_shown_without_reading_all_reports": (
        "loads 100,000 reports"
    ),
    "tests/services/test_escalation_years.py::test_a_sweep_asks_a_few_statements_for_each_five_hundred": (
        "climbs with 2,000 reports"
    ),
    "tests/services/test_escalation_years.py::test_a_sweep_takes_at_most_ten_times_what_the_bare_statement_takes": (
        "climbs with 1,500 reports"
    ),
    "tests/services/test_edits_at_random.py::test_whatever_people_do_the_map_stays_whole": "many random edits",
    "tests/services/test_edits_at_random.py::test_whatever_people_do_what_follows_the_base_map_says_the_same": (
        "many random edits"
    ),
    "tests/services/test_edits_over_http.py::test_what_is_hidden_stays_hidden_whatever_people_send": (
        "random requests of each caller"
    ),
    "tests/services/test_policy.py::test_who_may_change_what": "every property of a kind as each class of people",
    "tests/services/test_policy.py::test_what_is_visible": ("asks everything as everybody"),
    "tests/services/test_ratings_pages.py::test_the_front_page_tells_which_ratings_wait_for_whom": (
        "the front page of everybody, four times"
    ),
    "tests/services/test_ratings_blind.py::test_another_party_reads_the_same_whatever_the_value_and_the_reason_are": (
        "reads every address with each value"
    ),
    "tests/services/test_ratings_blind.py::test_the_own_party_reads_it_and_everyone_once_it_is_shown": (
        "reads every address as each party"
    ),
    "tests/services/test_pages.py::test_every_page_asks_as_often_when_there_is_ten_times_as_much": (
        "asks for every page three times, and makes much"
    ),
    "tests/services/test_undo.py::test_every_property_is_undone_and_done_again": (
        "every property, there and back"
    ),
    "tests/services/test_edits.py::test_every_property_makes_the_round_trip": (
        "every property, there and back"
    ),
    "tests/services/test_approvals_matrix.py::test_every_op_of_every_kind_of_subject_ends_a_round": (
        "a round for every op"
    ),
    "tests/production/test_script.py::test_it_ends_on_sigterm_also_where_a_shell_ignores_ctrl_c": (
        "starts production's processes"
    ),
    "tests/faults/test_redis_off.py::test_reading_and_editing_go_on_without_redis": (
        "starts production's processes once more"
    ),
    "tests/services/test_live.py::test_presence_expires_by_itself_and_only_then": ("waits until it expires"),
    "tests/test_run.py::test_an_installation_is_continued_skipped_and_repaired": "makes virtual environments",
}
"""Each slow test with its reason."""


def allowed(name: str) -> float:
    """How many seconds the test may take, by its name in pytest: without a limit when it stands in the list."""
    if name.partition("[")[0] in SLOW:
        return float("inf")
    return JOURNEY if name.startswith("tests/browser/") else ORDINARY
