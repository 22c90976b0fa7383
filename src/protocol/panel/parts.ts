import * as v from 'valibot';

/** A text of at most `max` UTF-16 units. */
export const bounded = (max: number) => v.pipe(v.string(), v.maxLength(max));
/** A whole number from 0 on. */
export const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** Milliseconds since 1970. */
export const time = v.pipe(v.number(), v.finite());
/** A duration in ms, or another quantity that is not negative. */
export const quantity = v.pipe(v.number(), v.finite(), v.minValue(0));
/** At most `max` of them. */
export const listOf = <T extends v.GenericSchema>(item: T, max: number) => v.pipe(v.array(item), v.maxLength(max));
