// A form that came back with errors: the summary takes focus, so that it is read first.
document.querySelector("[data-error-summary]")?.focus();
