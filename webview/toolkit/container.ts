/** Stands in the bundle for the toolkit's container of services, which {@link define} has no need of. */
export const DI = {};
export const Registration = {};
