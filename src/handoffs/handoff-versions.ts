/** What a handoff falls under beside its definition: it is stamped with the version of each that decides at its offer. */
export const HANDOFF_VERSION_KINDS = ['score_model', 'sla', 'recycle', 'routing', 'prep', 'playbook'] as const;
