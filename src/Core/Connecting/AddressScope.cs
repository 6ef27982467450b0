namespace PollHttp.Core;

/// <summary>Specifies where an IP address leads, as far as the address alone tells.</summary>
public enum AddressScope
{
    /// <summary>The address of a host of the Internet: none of the other scopes applies.</summary>
    Global,

    /// <summary>The address of this host: 127.0.0.0/8, ::1.</summary>
    Loopback,

    /// <summary>The address of this host or of no host: 0.0.0.0/8, ::.</summary>
    Unspecified,

    /// <summary>The address is valid on one link only: 169.254.0.0/16 (where clouds serve their metadata), fe80::/10.</summary>
    LinkLocal,

    /// <summary>The address belongs to a private network: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7, fec0::/10.</summary>
    Private,

    /// <summary>The address is shared by the customers of a carrier: 100.64.0.0/10.</summary>
    CarrierGrade,

    /// <summary>The address of a group of hosts: 224.0.0.0/4, ff00::/8, 255.255.255.255.</summary>
    Multicast,

    /// <summary>The address is reserved for documentation, benchmarks, protocols or future use; never a server of the Internet.</summary>
    Reserved,
}
