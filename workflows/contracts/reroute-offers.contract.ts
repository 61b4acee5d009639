/** Type name of the workflow that has the open offers of a rep who is gone routed anew; its input is `JobInput`. */
export const REROUTE_OFFERS = 'rerouteOffers';
