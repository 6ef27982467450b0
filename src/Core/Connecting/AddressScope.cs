namespace PollHttp.Core;

/// <summary>Where an IP address leads, as far as its number tells.</summary>
public enum AddressScope
{
    /// <summary>When it is none of the others: an address of the Internet.</summary>
    Global,

    /// <summary>When it is this host: 127.0.0.0/8, ::1.</summary>
    Loopback,

    /// <summary>When it means this host or no host: 0.0.0.0/8, ::.</summary>
    Unspecified,

    /// <summary>When it is valid on one link only: 169.254.0.0/16 (where clouds serve their metadata), fe80::/10.</summary>
    LinkLocal,

    /// <summary>When it belongs to a private network: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, fc00::/7, fec0::/10.</summary>
    Private,

    /// <summary>When it is shared by the customers of a carrier: 100.64.0.0/10.</summary>
    CarrierGrade,

    /// <summary>When it names a group: 224.0.0.0/4, ff00::/8, 255.255.255.255.</summary>
    Multicast,

    /// <summary>When it is set aside for documentation, benchmarks, protocols or the future: never a server of the Internet.</summary>
    Reserved,
}
