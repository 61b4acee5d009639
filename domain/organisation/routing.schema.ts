import { z } from 'zod';
import { conditionSchema } from '../condition/condition.schema.js';
import { keyField, unknownKeyMessage } from '../document-field.schema.js';

const routingRowSchema = z
  .strictObject(
    { when: conditionSchema, team: keyField },
    { error: unknownKeyMessage('a routing row', ['when', 'team']) },
  )
  .meta({ id: 'RoutingRow' });

/** documents.md: routing. The first row that holds names the team. */
export const routingSchema = z.array(routingRowSchema).max(500).meta({ id: 'Routing' });

export type RoutingDocument = z.infer<typeof routingSchema>;
export type RoutingRow = RoutingDocument[number];
