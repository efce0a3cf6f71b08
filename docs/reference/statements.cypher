// Every write that is generated from the model, by cmdb/store/statements.py.
// Written by `python -m tests.store.test_statements`; change the model or the generator, not this file.

// upsert BusinessService
UNWIND $rows AS row MERGE (n:CI {id: row.id}) ON CREATE SET n.valid_from = row.since ON MATCH SET n.valid_from = CASE WHEN n.valid_from > row.since THEN row.since ELSE n.valid_from END, n += CASE n.state WHEN 'retired' THEN {name: null, description: null, criticality: null} ELSE {} END SET n:BusinessService, n.type = 'BusinessService', n.state = 'active', n.valid_to = null, n += row.set;

// upsert ServiceInstance
UNWIND $rows AS row MERGE (n:CI {id: row.id}) ON CREATE SET n.valid_from = row.since ON MATCH SET n.valid_from = CASE WHEN n.valid_from > row.since THEN row.since ELSE n.valid_from END, n += CASE n.state WHEN 'retired' THEN {name: null, unit: null, container_name: null, product: null, product_category: null, version: null, executable: null, main_argument: null, command_line: null, user: null, listens: null, clients: null, pids: null, process_count: null, resident_bytes: null, started_at: null} ELSE {} END SET n:ServiceInstance, n.type = 'ServiceInstance', n.state = 'active', n.valid_to = null, n += row.set;

// upsert Server
UNWIND $rows AS row MERGE (n:CI {id: row.id}) ON CREATE SET n.valid_from = row.since ON MATCH SET n.valid_from = CASE WHEN n.valid_from > row.since THEN row.since ELSE n.valid_from END, n += CASE n.state WHEN 'retired' THEN {name: null, fqdn: null, vendor: null, model: null, serial_number: null, asset_tag: null, cpu_count: null, memory_bytes: null, os_name: null, os_version: null, booted_at: null, default_gateways: null, sys_name: null, sys_descr: null, sys_object_id: null, sys_location: null, sys_contact: null, engine_id: null, base_mac: null, is_network_root: null, forwards: null, bios_version: null, virtualization: null, cloud_provider: null, cpu_model: null, cpu_core_count: null, cpu_socket_count: null, swap_bytes: null, memory_available_bytes: null, load_average_1m: null, os_id: null, kernel_name: null, kernel_version: null, architecture: null, time_zone: null, routes: null, dns_servers: null} ELSE {} END SET n:Server, n.type = 'Server', n.state = 'active', n.valid_to = null, n += row.set;

// upsert Container
UNWIND $rows AS row MERGE (n:CI {id: row.id}) ON CREATE SET n.valid_from = row.since ON MATCH SET n.valid_from = CASE WHEN n.valid_from > row.since THEN row.since ELSE n.valid_from END, n += CASE n.state WHEN 'retired' THEN {name: null, container_id: null, runtime: null, image: null} ELSE {} END SET n:Container, n.type = 'Container', n.state = 'active', n.valid_to = null, n += row.set;

// upsert NetworkDevice
UNWIND $rows AS row MERGE (n:CI {id: row.id}) ON CREATE SET n.valid_from = row.since ON MATCH SET n.valid_from = CASE WHEN n.valid_from > row.since THEN row.since ELSE n.valid_from END, n += CASE n.state WHEN 'retired' THEN {name: null, fqdn: null, vendor: null, model: null, serial_number: null, asset_tag: null, cpu_count: null, memory_bytes: null, os_name: null, os_version: null, booted_at: null, default_gateways: null, sys_name: null, sys_descr: null, sys_object_id: null, sys_location: null, sys_contact: null, engine_id: null, base_mac: null, is_network_root: null, forwards: null} ELSE {} END SET n:NetworkDevice, n.type = 'NetworkDevice', n.state = 'active', n.valid_to = null, n += row.set;

// upsert ChassisMember
UNWIND $rows AS row MERGE (n:CI {id: row.id}) ON CREATE SET n.valid_from = row.since ON MATCH SET n.valid_from = CASE WHEN n.valid_from > row.since THEN row.since ELSE n.valid_from END, n += CASE n.state WHEN 'retired' THEN {name: null, number: null, serial_number: null, model: null, description: null, hardware_version: null, os_version: null} ELSE {} END SET n:ChassisMember, n.type = 'ChassisMember', n.state = 'active', n.valid_to = null, n += row.set;

// upsert StorageDevice
UNWIND $rows AS row MERGE (n:CI {id: row.id}) ON CREATE SET n.valid_from = row.since ON MATCH SET n.valid_from = CASE WHEN n.valid_from > row.since THEN row.since ELSE n.valid_from END, n += CASE n.state WHEN 'retired' THEN {name: null, fqdn: null, vendor: null, model: null, serial_number: null, asset_tag: null, cpu_count: null, memory_bytes: null, os_name: null, os_version: null, booted_at: null, default_gateways: null, sys_name: null, sys_descr: null, sys_object_id: null, sys_location: null, sys_contact: null, engine_id: null, base_mac: null, is_network_root: null, forwards: null} ELSE {} END SET n:StorageDevice, n.type = 'StorageDevice', n.state = 'active', n.valid_to = null, n += row.set;

// upsert PowerUnit
UNWIND $rows AS row MERGE (n:CI {id: row.id}) ON CREATE SET n.valid_from = row.since ON MATCH SET n.valid_from = CASE WHEN n.valid_from > row.since THEN row.since ELSE n.valid_from END, n += CASE n.state WHEN 'retired' THEN {name: null, fqdn: null, vendor: null, model: null, serial_number: null, asset_tag: null, cpu_count: null, memory_bytes: null, os_name: null, os_version: null, booted_at: null, default_gateways: null, sys_name: null, sys_descr: null, sys_object_id: null, sys_location: null, sys_contact: null, engine_id: null, base_mac: null, is_network_root: null, forwards: null} ELSE {} END SET n:PowerUnit, n.type = 'PowerUnit', n.state = 'active', n.valid_to = null, n += row.set;

// upsert Printer
UNWIND $rows AS row MERGE (n:CI {id: row.id}) ON CREATE SET n.valid_from = row.since ON MATCH SET n.valid_from = CASE WHEN n.valid_from > row.since THEN row.since ELSE n.valid_from END, n += CASE n.state WHEN 'retired' THEN {name: null, fqdn: null, vendor: null, model: null, serial_number: null, asset_tag: null, cpu_count: null, memory_bytes: null, os_name: null, os_version: null, booted_at: null, default_gateways: null, sys_name: null, sys_descr: null, sys_object_id: null, sys_location: null, sys_contact: null, engine_id: null, base_mac: null, is_network_root: null, forwards: null} ELSE {} END SET n:Printer, n.type = 'Printer', n.state = 'active', n.valid_to = null, n += row.set;

// upsert NetworkInterface
UNWIND $rows AS row MERGE (n:CI {id: row.id}) ON CREATE SET n.valid_from = row.since ON MATCH SET n.valid_from = CASE WHEN n.valid_from > row.since THEN row.since ELSE n.valid_from END, n += CASE n.state WHEN 'retired' THEN {name: null, description: null, alias: null, if_index: null, kind: null, mac_address: null, mtu: null, speed_bits_per_second: null, duplex: null, admin_status: null, oper_status: null, member_number: null, vlan_ids: null} ELSE {} END SET n:NetworkInterface, n.type = 'NetworkInterface', n.state = 'active', n.valid_to = null, n += row.set;

// establish IPAddress
UNWIND $rows AS row MERGE (n:CI {id: row.id}) ON CREATE SET n:IPAddress, n.type = 'IPAddress', n.state = 'active', n += row.set FOREACH (_ IN CASE WHEN n.unused_since IS NULL THEN [] ELSE [1] END | REMOVE n.unused_since);

// establish Subnet
UNWIND $rows AS row MERGE (n:CI {id: row.id}) ON CREATE SET n:Subnet, n.type = 'Subnet', n.state = 'active', n += row.set FOREACH (_ IN CASE WHEN n.unused_since IS NULL THEN [] ELSE [1] END | REMOVE n.unused_since);

// establish VLAN
UNWIND $rows AS row MERGE (n:CI {id: row.id}) ON CREATE SET n:VLAN, n.type = 'VLAN', n.state = 'active', n += row.set FOREACH (_ IN CASE WHEN n.unused_since IS NULL THEN [] ELSE [1] END | REMOVE n.unused_since);

// upsert BlockDevice
UNWIND $rows AS row MERGE (n:CI {id: row.id}) ON CREATE SET n.valid_from = row.since ON MATCH SET n.valid_from = CASE WHEN n.valid_from > row.since THEN row.since ELSE n.valid_from END, n += CASE n.state WHEN 'retired' THEN {name: null, kind: null, size_bytes: null, vendor: null, model: null, serial_number: null, is_rotational: null} ELSE {} END SET n:BlockDevice, n.type = 'BlockDevice', n.state = 'active', n.valid_to = null, n += row.set;

// upsert Filesystem
UNWIND $rows AS row MERGE (n:CI {id: row.id}) ON CREATE SET n.valid_from = row.since ON MATCH SET n.valid_from = CASE WHEN n.valid_from > row.since THEN row.since ELSE n.valid_from END, n += CASE n.state WHEN 'retired' THEN {mount_point: null, device: null, filesystem_type: null, size_bytes: null, used_bytes: null, is_read_only: null} ELSE {} END SET n:Filesystem, n.type = 'Filesystem', n.state = 'active', n.valid_to = null, n += row.set;

// establish SoftwareRelease
UNWIND $rows AS row MERGE (n:CI {id: row.id}) ON CREATE SET n:SoftwareRelease, n.type = 'SoftwareRelease', n.state = 'active', n += row.set FOREACH (_ IN CASE WHEN n.unused_since IS NULL THEN [] ELSE [1] END | REMOVE n.unused_since);

// establish Certificate
UNWIND $rows AS row MERGE (n:CI {id: row.id}) ON CREATE SET n:Certificate, n.type = 'Certificate', n.state = 'active', n += row.set FOREACH (_ IN CASE WHEN n.unused_since IS NULL THEN [] ELSE [1] END | REMOVE n.unused_since);

// upsert RedundancyGroup
UNWIND $rows AS row MERGE (n:CI {id: row.id}) ON CREATE SET n.valid_from = row.since ON MATCH SET n.valid_from = CASE WHEN n.valid_from > row.since THEN row.since ELSE n.valid_from END, n += CASE n.state WHEN 'retired' THEN {name: null, k: null, mode: null} ELSE {} END SET n:RedundancyGroup, n.type = 'RedundancyGroup', n.state = 'active', n.valid_to = null, n += row.set;

// upsert Team
UNWIND $rows AS row MERGE (n:CI {id: row.id}) ON CREATE SET n.valid_from = row.since ON MATCH SET n.valid_from = CASE WHEN n.valid_from > row.since THEN row.since ELSE n.valid_from END, n += CASE n.state WHEN 'retired' THEN {name: null, contact: null, members: null} ELSE {} END SET n:Team, n.type = 'Team', n.state = 'active', n.valid_to = null, n += row.set;

// relate RUNS_ON
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) CREATE (a)-[r:RUNS_ON]->(b) SET r = row.set;

// refresh RUNS_ON
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:RUNS_ON]->(b) WHERE coalesce(r.key, '') = row.key SET r += row.set;

// end RUNS_ON
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:RUNS_ON]->(b) WHERE coalesce(r.key, '') = row.key CREATE (a)-[w:WAS_RUNS_ON]->(b) SET w = properties(r), w += row.set DELETE r;

// relate PART_OF
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) CREATE (a)-[r:PART_OF]->(b) SET r = row.set;

// refresh PART_OF
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:PART_OF]->(b) WHERE coalesce(r.key, '') = row.key SET r += row.set;

// end PART_OF
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:PART_OF]->(b) WHERE coalesce(r.key, '') = row.key CREATE (a)-[w:WAS_PART_OF]->(b) SET w = properties(r), w += row.set DELETE r;

// relate CALLS
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) CREATE (a)-[r:CALLS]->(b) SET r = row.set;

// refresh CALLS
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:CALLS]->(b) WHERE coalesce(r.key, '') = row.key SET r += row.set;

// end CALLS
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:CALLS]->(b) WHERE coalesce(r.key, '') = row.key CREATE (a)-[w:WAS_CALLS]->(b) SET w = properties(r), w += row.set DELETE r;

// relate DEPENDS_ON
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) CREATE (a)-[r:DEPENDS_ON]->(b) SET r = row.set;

// refresh DEPENDS_ON
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:DEPENDS_ON]->(b) WHERE coalesce(r.key, '') = row.key SET r += row.set;

// end DEPENDS_ON
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:DEPENDS_ON]->(b) WHERE coalesce(r.key, '') = row.key CREATE (a)-[w:WAS_DEPENDS_ON]->(b) SET w = properties(r), w += row.set DELETE r;

// relate PROVIDED_BY
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) CREATE (a)-[r:PROVIDED_BY]->(b) SET r = row.set;

// refresh PROVIDED_BY
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:PROVIDED_BY]->(b) WHERE coalesce(r.key, '') = row.key SET r += row.set;

// end PROVIDED_BY
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:PROVIDED_BY]->(b) WHERE coalesce(r.key, '') = row.key CREATE (a)-[w:WAS_PROVIDED_BY]->(b) SET w = properties(r), w += row.set DELETE r;

// relate NEEDS
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) CREATE (a)-[r:NEEDS]->(b) SET r = row.set;

// refresh NEEDS
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:NEEDS]->(b) WHERE coalesce(r.key, '') = row.key SET r += row.set;

// end NEEDS
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:NEEDS]->(b) WHERE coalesce(r.key, '') = row.key CREATE (a)-[w:WAS_NEEDS]->(b) SET w = properties(r), w += row.set DELETE r;

// relate ANY_OF
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) CREATE (a)-[r:ANY_OF]->(b) SET r = row.set;

// refresh ANY_OF
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:ANY_OF]->(b) WHERE coalesce(r.key, '') = row.key SET r += row.set;

// end ANY_OF
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:ANY_OF]->(b) WHERE coalesce(r.key, '') = row.key CREATE (a)-[w:WAS_ANY_OF]->(b) SET w = properties(r), w += row.set DELETE r;

// relate STORED_ON
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) CREATE (a)-[r:STORED_ON]->(b) SET r = row.set;

// refresh STORED_ON
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:STORED_ON]->(b) WHERE coalesce(r.key, '') = row.key SET r += row.set;

// end STORED_ON
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:STORED_ON]->(b) WHERE coalesce(r.key, '') = row.key CREATE (a)-[w:WAS_STORED_ON]->(b) SET w = properties(r), w += row.set DELETE r;

// relate POWERED_BY
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) CREATE (a)-[r:POWERED_BY]->(b) SET r = row.set;

// refresh POWERED_BY
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:POWERED_BY]->(b) WHERE coalesce(r.key, '') = row.key SET r += row.set;

// end POWERED_BY
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:POWERED_BY]->(b) WHERE coalesce(r.key, '') = row.key CREATE (a)-[w:WAS_POWERED_BY]->(b) SET w = properties(r), w += row.set DELETE r;

// relate LINKED_TO
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) CREATE (a)-[r:LINKED_TO]->(b) SET r = row.set;

// refresh LINKED_TO
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:LINKED_TO]->(b) WHERE coalesce(r.key, '') = row.key SET r += row.set;

// end LINKED_TO
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:LINKED_TO]->(b) WHERE coalesce(r.key, '') = row.key CREATE (a)-[w:WAS_LINKED_TO]->(b) SET w = properties(r), w += row.set DELETE r;

// relate ATTACHED_TO
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) CREATE (a)-[r:ATTACHED_TO]->(b) SET r = row.set;

// refresh ATTACHED_TO
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:ATTACHED_TO]->(b) WHERE coalesce(r.key, '') = row.key SET r += row.set;

// end ATTACHED_TO
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:ATTACHED_TO]->(b) WHERE coalesce(r.key, '') = row.key CREATE (a)-[w:WAS_ATTACHED_TO]->(b) SET w = properties(r), w += row.set DELETE r;

// relate SEES
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) CREATE (a)-[r:SEES]->(b) SET r = row.set;

// refresh SEES
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:SEES]->(b) WHERE coalesce(r.key, '') = row.key SET r += row.set;

// end SEES
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:SEES]->(b) WHERE coalesce(r.key, '') = row.key CREATE (a)-[w:WAS_SEES]->(b) SET w = properties(r), w += row.set DELETE r;

// relate USES
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) CREATE (a)-[r:USES]->(b) SET r = row.set;

// refresh USES
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:USES]->(b) WHERE coalesce(r.key, '') = row.key SET r += row.set;

// end USES
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:USES]->(b) WHERE coalesce(r.key, '') = row.key CREATE (a)-[w:WAS_USES]->(b) SET w = properties(r), w += row.set DELETE r;

// relate HAS_ADDRESS
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) CREATE (a)-[r:HAS_ADDRESS]->(b) SET r = row.set;

// refresh HAS_ADDRESS
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:HAS_ADDRESS]->(b) WHERE coalesce(r.key, '') = row.key SET r += row.set;

// end HAS_ADDRESS
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:HAS_ADDRESS]->(b) WHERE coalesce(r.key, '') = row.key CREATE (a)-[w:WAS_HAS_ADDRESS]->(b) SET w = properties(r), w += row.set DELETE r;

// relate IN_SUBNET
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) CREATE (a)-[r:IN_SUBNET]->(b) SET r = row.set;

// refresh IN_SUBNET
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:IN_SUBNET]->(b) WHERE coalesce(r.key, '') = row.key SET r += row.set;

// end IN_SUBNET
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:IN_SUBNET]->(b) WHERE coalesce(r.key, '') = row.key CREATE (a)-[w:WAS_IN_SUBNET]->(b) SET w = properties(r), w += row.set DELETE r;

// relate IN_VLAN
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) CREATE (a)-[r:IN_VLAN]->(b) SET r = row.set;

// refresh IN_VLAN
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:IN_VLAN]->(b) WHERE coalesce(r.key, '') = row.key SET r += row.set;

// end IN_VLAN
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:IN_VLAN]->(b) WHERE coalesce(r.key, '') = row.key CREATE (a)-[w:WAS_IN_VLAN]->(b) SET w = properties(r), w += row.set DELETE r;

// relate HAS_INSTALLED
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) CREATE (a)-[r:HAS_INSTALLED]->(b) SET r = row.set;

// refresh HAS_INSTALLED
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:HAS_INSTALLED]->(b) WHERE coalesce(r.key, '') = row.key SET r += row.set;

// end HAS_INSTALLED
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:HAS_INSTALLED]->(b) WHERE coalesce(r.key, '') = row.key CREATE (a)-[w:WAS_HAS_INSTALLED]->(b) SET w = properties(r), w += row.set DELETE r;

// relate PRESENTS
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) CREATE (a)-[r:PRESENTS]->(b) SET r = row.set;

// refresh PRESENTS
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:PRESENTS]->(b) WHERE coalesce(r.key, '') = row.key SET r += row.set;

// end PRESENTS
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:PRESENTS]->(b) WHERE coalesce(r.key, '') = row.key CREATE (a)-[w:WAS_PRESENTS]->(b) SET w = properties(r), w += row.set DELETE r;

// relate LOCATED_IN
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) CREATE (a)-[r:LOCATED_IN]->(b) SET r = row.set;

// refresh LOCATED_IN
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:LOCATED_IN]->(b) WHERE coalesce(r.key, '') = row.key SET r += row.set;

// end LOCATED_IN
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:LOCATED_IN]->(b) WHERE coalesce(r.key, '') = row.key CREATE (a)-[w:WAS_LOCATED_IN]->(b) SET w = properties(r), w += row.set DELETE r;

// relate OWNED_BY
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) CREATE (a)-[r:OWNED_BY]->(b) SET r = row.set;

// refresh OWNED_BY
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:OWNED_BY]->(b) WHERE coalesce(r.key, '') = row.key SET r += row.set;

// end OWNED_BY
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:OWNED_BY]->(b) WHERE coalesce(r.key, '') = row.key CREATE (a)-[w:WAS_OWNED_BY]->(b) SET w = properties(r), w += row.set DELETE r;

// relate SUPPORTED_BY
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) CREATE (a)-[r:SUPPORTED_BY]->(b) SET r = row.set;

// refresh SUPPORTED_BY
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:SUPPORTED_BY]->(b) WHERE coalesce(r.key, '') = row.key SET r += row.set;

// end SUPPORTED_BY
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:SUPPORTED_BY]->(b) WHERE coalesce(r.key, '') = row.key CREATE (a)-[w:WAS_SUPPORTED_BY]->(b) SET w = properties(r), w += row.set DELETE r;

// relate REPLACES
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) CREATE (a)-[r:REPLACES]->(b) SET r = row.set;

// refresh REPLACES
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:REPLACES]->(b) WHERE coalesce(r.key, '') = row.key SET r += row.set;

// end REPLACES
UNWIND $rows AS row MATCH (a:CI {id: row.start}) MATCH (b:CI {id: row.end}) MATCH (a)-[r:REPLACES]->(b) WHERE coalesce(r.key, '') = row.key CREATE (a)-[w:WAS_REPLACES]->(b) SET w = properties(r), w += row.set DELETE r;
