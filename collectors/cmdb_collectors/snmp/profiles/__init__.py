"""The registry of vendor profiles: one file each, all listed here."""

from cmdb_collectors.snmp.profiles.alcatel_aos import ALCATEL_AOS
from cmdb_collectors.snmp.profiles.alliedtelesis_switch import ALLIEDTELESIS_SWITCH
from cmdb_collectors.snmp.profiles.apc_ups import APC_UPS
from cmdb_collectors.snmp.profiles.arista_eos import ARISTA_EOS
from cmdb_collectors.snmp.profiles.audiocodes_gateway import AUDIOCODES_GATEWAY
from cmdb_collectors.snmp.profiles.bdcom_switch import BDCOM_SWITCH
from cmdb_collectors.snmp.profiles.brocade_fos import BROCADE_FOS
from cmdb_collectors.snmp.profiles.brocade_ironware import BROCADE_IRONWARE
from cmdb_collectors.snmp.profiles.brother_printer import BROTHER_PRINTER
from cmdb_collectors.snmp.profiles.bti_btios import BTI_BTIOS
from cmdb_collectors.snmp.profiles.canon_printer import CANON_PRINTER
from cmdb_collectors.snmp.profiles.checkpoint_gaia import CHECKPOINT_GAIA
from cmdb_collectors.snmp.profiles.cisco_asa import CISCO_ASA
from cmdb_collectors.snmp.profiles.cisco_ios import CISCO_IOS
from cmdb_collectors.snmp.profiles.cisco_iosxe import CISCO_IOSXE
from cmdb_collectors.snmp.profiles.cisco_iosxr import CISCO_IOSXR
from cmdb_collectors.snmp.profiles.cisco_nxos import CISCO_NXOS
from cmdb_collectors.snmp.profiles.cisco_smb import CISCO_SMB
from cmdb_collectors.snmp.profiles.cisco_wlc import CISCO_WLC
from cmdb_collectors.snmp.profiles.commscope_olt import COMMSCOPE_OLT
from cmdb_collectors.snmp.profiles.datacom_dmos import DATACOM_DMOS
from cmdb_collectors.snmp.profiles.dell_dnos6 import DELL_DNOS6
from cmdb_collectors.snmp.profiles.dell_os9 import DELL_OS9
from cmdb_collectors.snmp.profiles.dell_sonic import DELL_SONIC
from cmdb_collectors.snmp.profiles.digitalchina_switch import DIGITALCHINA_SWITCH
from cmdb_collectors.snmp.profiles.dlink_switch import DLINK_SWITCH
from cmdb_collectors.snmp.profiles.docsis_device import DOCSIS_DEVICE
from cmdb_collectors.snmp.profiles.eaton_ups import EATON_UPS
from cmdb_collectors.snmp.profiles.edgecore_ecs import EDGECORE_ECS
from cmdb_collectors.snmp.profiles.eltex_mes import ELTEX_MES
from cmdb_collectors.snmp.profiles.epson_printer import EPSON_PRINTER
from cmdb_collectors.snmp.profiles.extreme_boss import EXTREME_BOSS
from cmdb_collectors.snmp.profiles.extreme_voss import EXTREME_VOSS
from cmdb_collectors.snmp.profiles.f5_bigip import F5_BIGIP
from cmdb_collectors.snmp.profiles.fortinet_fortios import FORTINET_FORTIOS
from cmdb_collectors.snmp.profiles.fs_switch import FS_SWITCH
from cmdb_collectors.snmp.profiles.hanwha_camera import HANWHA_CAMERA
from cmdb_collectors.snmp.profiles.hp_jetdirect import HP_JETDIRECT
from cmdb_collectors.snmp.profiles.hp_onboard_administrator import HP_ONBOARD_ADMINISTRATOR
from cmdb_collectors.snmp.profiles.hpe_arubaos_cx import HPE_ARUBAOS_CX
from cmdb_collectors.snmp.profiles.hpe_comware import HPE_COMWARE
from cmdb_collectors.snmp.profiles.hpe_procurve import HPE_PROCURVE
from cmdb_collectors.snmp.profiles.huawei_vrp import HUAWEI_VRP
from cmdb_collectors.snmp.profiles.ibm_aix import IBM_AIX
from cmdb_collectors.snmp.profiles.ipinfusion_ocnos import IPINFUSION_OCNOS
from cmdb_collectors.snmp.profiles.juniper_junos import JUNIPER_JUNOS
from cmdb_collectors.snmp.profiles.konicaminolta_printer import KONICAMINOLTA_PRINTER
from cmdb_collectors.snmp.profiles.kyocera_printer import KYOCERA_PRINTER
from cmdb_collectors.snmp.profiles.lexmark_printer import LEXMARK_PRINTER
from cmdb_collectors.snmp.profiles.maipu_switch import MAIPU_SWITCH
from cmdb_collectors.snmp.profiles.meinberg_ltos import MEINBERG_LTOS
from cmdb_collectors.snmp.profiles.microsemi_syncserver import MICROSEMI_SYNCSERVER
from cmdb_collectors.snmp.profiles.microsens_g6 import MICROSENS_G6
from cmdb_collectors.snmp.profiles.microsoft_windows import MICROSOFT_WINDOWS
from cmdb_collectors.snmp.profiles.mikrotik_routeros import MIKROTIK_ROUTEROS
from cmdb_collectors.snmp.profiles.netapp_ontap import NETAPP_ONTAP
from cmdb_collectors.snmp.profiles.netgear_prosafe import NETGEAR_PROSAFE
from cmdb_collectors.snmp.profiles.netsnmp_linux import NETSNMP_LINUX
from cmdb_collectors.snmp.profiles.netsnmp_unix import NETSNMP_UNIX
from cmdb_collectors.snmp.profiles.nokia_isam import NOKIA_ISAM
from cmdb_collectors.snmp.profiles.nokia_timos import NOKIA_TIMOS
from cmdb_collectors.snmp.profiles.paloalto_panos import PALOALTO_PANOS
from cmdb_collectors.snmp.profiles.pica8_picos import PICA8_PICOS
from cmdb_collectors.snmp.profiles.qnap_qts import QNAP_QTS
from cmdb_collectors.snmp.profiles.raisecom_ros import RAISECOM_ROS
from cmdb_collectors.snmp.profiles.raritan_pdu import RARITAN_PDU
from cmdb_collectors.snmp.profiles.ricoh_printer import RICOH_PRINTER
from cmdb_collectors.snmp.profiles.rittal_cmc import RITTAL_CMC
from cmdb_collectors.snmp.profiles.ruckus_wireless import RUCKUS_WIRELESS
from cmdb_collectors.snmp.profiles.seagate_exos import SEAGATE_EXOS
from cmdb_collectors.snmp.profiles.siae_smos import SIAE_SMOS
from cmdb_collectors.snmp.profiles.siemens_scalance import SIEMENS_SCALANCE
from cmdb_collectors.snmp.profiles.synology_dsm import SYNOLOGY_DSM
from cmdb_collectors.snmp.profiles.teltonika_tswos import TELTONIKA_TSWOS
from cmdb_collectors.snmp.profiles.threecom_superstack import THREECOM_SUPERSTACK
from cmdb_collectors.snmp.profiles.tplink_jetstream import TPLINK_JETSTREAM
from cmdb_collectors.snmp.profiles.truenas_scale import TRUENAS_SCALE
from cmdb_collectors.snmp.profiles.ubiquiti_edgeos import UBIQUITI_EDGEOS
from cmdb_collectors.snmp.profiles.ubiquiti_edgeswitch import UBIQUITI_EDGESWITCH
from cmdb_collectors.snmp.profiles.ubiquiti_unifi import UBIQUITI_UNIFI
from cmdb_collectors.snmp.profiles.ups_mib import UPS_MIB
from cmdb_collectors.snmp.profiles.vmware_esxi import VMWARE_ESXI
from cmdb_collectors.snmp.profiles.xerox_printer import XEROX_PRINTER
from cmdb_collectors.snmp.profiles.zyxel_zynos import ZYXEL_ZYNOS

PROFILES = (
    ALCATEL_AOS,
    ALLIEDTELESIS_SWITCH,
    APC_UPS,
    ARISTA_EOS,
    AUDIOCODES_GATEWAY,
    BDCOM_SWITCH,
    BROCADE_FOS,
    BROCADE_IRONWARE,
    BROTHER_PRINTER,
    BTI_BTIOS,
    CANON_PRINTER,
    CHECKPOINT_GAIA,
    CISCO_ASA,
    CISCO_IOS,
    CISCO_IOSXE,
    CISCO_IOSXR,
    CISCO_NXOS,
    CISCO_SMB,
    CISCO_WLC,
    COMMSCOPE_OLT,
    DATACOM_DMOS,
    DELL_DNOS6,
    DELL_OS9,
    DELL_SONIC,
    DIGITALCHINA_SWITCH,
    DLINK_SWITCH,
    DOCSIS_DEVICE,
    EATON_UPS,
    EDGECORE_ECS,
    ELTEX_MES,
    EPSON_PRINTER,
    EXTREME_BOSS,
    EXTREME_VOSS,
    F5_BIGIP,
    FORTINET_FORTIOS,
    FS_SWITCH,
    HANWHA_CAMERA,
    HP_JETDIRECT,
    HP_ONBOARD_ADMINISTRATOR,
    HPE_ARUBAOS_CX,
    HPE_COMWARE,
    HPE_PROCURVE,
    HUAWEI_VRP,
    IBM_AIX,
    IPINFUSION_OCNOS,
    JUNIPER_JUNOS,
    KONICAMINOLTA_PRINTER,
    KYOCERA_PRINTER,
    LEXMARK_PRINTER,
    MAIPU_SWITCH,
    MEINBERG_LTOS,
    MICROSEMI_SYNCSERVER,
    MICROSENS_G6,
    MICROSOFT_WINDOWS,
    MIKROTIK_ROUTEROS,
    NETAPP_ONTAP,
    NETGEAR_PROSAFE,
    NETSNMP_LINUX,
    NETSNMP_UNIX,
    NOKIA_ISAM,
    NOKIA_TIMOS,
    PALOALTO_PANOS,
    PICA8_PICOS,
    QNAP_QTS,
    RAISECOM_ROS,
    RARITAN_PDU,
    RICOH_PRINTER,
    RITTAL_CMC,
    RUCKUS_WIRELESS,
    SEAGATE_EXOS,
    SIAE_SMOS,
    SIEMENS_SCALANCE,
    SYNOLOGY_DSM,
    TELTONIKA_TSWOS,
    THREECOM_SUPERSTACK,
    TPLINK_JETSTREAM,
    TRUENAS_SCALE,
    UBIQUITI_EDGEOS,
    UBIQUITI_EDGESWITCH,
    UBIQUITI_UNIFI,
    UPS_MIB,
    VMWARE_ESXI,
    XEROX_PRINTER,
    ZYXEL_ZYNOS,
)
