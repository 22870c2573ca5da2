-- What `collaboration/words.py` says, for the database.

CREATE FUNCTION folded_words(given text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN
    ' ' || btrim(regexp_replace(regexp_replace(
        translate(
            casefold(normalize(given, NFKD) COLLATE pg_unicode_fast),
            'æœøðđłħıŋŧǥʒþ',
            'aooddlhintgzt'
        ),
        '[\u00ad\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-'
        '\u061a\u061c\u064b-\u065f\u0670\u115f\u1160\u180b-\u180f\u1ab0-\u1aff\u1dc0-\u1dff\u200b-'
        '\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20ff\u3164\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\uffa0'
        '\U000e0000-\U000e0fff]+',
        '', 'g'),
        '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8'
        '\u00bb\u00bf\u00d7\u00f7\u02b0-\u02ff\u2000-\u200a\u2010-\u2029\u202f-\u205f\u20a0-\u20cf'
        '\u2190-\u2bff\u2e00-\u2e7f\u3000-\u303f\ufe30-\ufe6f\uff00-\uff0f\ufffc-\uffff\U0001f000-'
        '\U0001faff]+',
        ' ', 'g'));

CREATE FUNCTION name_sort_key(given text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN
    regexp_replace(regexp_replace(btrim(regexp_replace(regexp_replace(
        normalize(translate(
            casefold(normalize(given, NFKC) COLLATE pg_unicode_fast),
            'üűåǻäæǽöøõőœǿðđłħıŋŧǥʒǯþ',
            'yyʐʐʑʑʑʓʓʓʓʓʓddlhintgzzt'
        ), NFKD),
        '[\u00ad\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-'
        '\u061a\u061c\u064b-\u065f\u0670\u115f\u1160\u180b-\u180f\u1ab0-\u1aff\u1dc0-\u1dff\u200b-'
        '\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20ff\u3164\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\uffa0'
        '\U000e0000-\U000e0fff]+',
        '', 'g'),
        '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8'
        '\u00bb\u00bf\u00d7\u00f7\u02b0-\u02ff\u2000-\u200a\u2010-\u2029\u202f-\u205f\u20a0-\u20cf'
        '\u2190-\u2bff\u2e00-\u2e7f\u3000-\u303f\ufe30-\ufe6f\uff00-\uff0f\ufffc-\uffff\U0001f000-'
        '\U0001faff]+',
        ' ', 'g')), '([0-9]+)', '00000000\1', 'g'), '[0-9]*([0-9]{9})(?![0-9])', '\1', 'g')
    || chr(1) || casefold(normalize(given, NFKC) COLLATE pg_unicode_fast)
    || chr(1) || translate(
        normalize(given, NFC),
        'ABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖabcdefghijklmnopqrstuvwxyzåäö',
        'abcdefghijklmnopqrstuvwxyzåäöABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖ'
    );
