/** Activities of an import of leads. */
export interface ImportActivities {
  /** Takes the next rows in and commits them with the cursor; a repetition goes on behind what was committed. */
  importBatch(input: { importId: string }): Promise<{ finished: boolean }>;
}
