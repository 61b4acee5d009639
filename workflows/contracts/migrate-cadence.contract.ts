/** Type name of the workflow that moves leads to another version of their cadence; its input is `JobInput`. */
export const MIGRATE_CADENCE = 'migrateCadence';
