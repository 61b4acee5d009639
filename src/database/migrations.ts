/** Every migration, oldest first: a glob would run whatever lies in the folder. */
export const MIGRATIONS = [];
