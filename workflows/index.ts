export { deliverWebhook } from './deliver-webhook.workflow.js';
export { importLeads } from './import-leads.workflow.js';
export { leadLifecycle } from './lead-lifecycle.workflow.js';
export { migrateCadence } from './migrate-cadence.workflow.js';
export { rerouteOffers } from './reroute-offers.workflow.js';
export { takeInCadence } from './take-in-cadence.workflow.js';
