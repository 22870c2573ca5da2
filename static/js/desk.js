/* The queue shows what waits now. */
import "./again.js";
import "./print.js";
