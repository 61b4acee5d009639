/** Type name of the workflow that lets a published cadence take leads in; its input is `JobInput`. */
export const TAKE_IN_CADENCE = 'takeInCadence';
