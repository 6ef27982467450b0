using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace PollHttp.Core;

/// <summary>
/// Classifies IP addresses by where they lead. A <see cref="ConnectFilter"/> can use it to keep requests for untrusted URLs out of the
/// internal network (RFC 6890).
/// </summary>
public static class AddressScopes
{
    private static readonly (uint Prefix, int Bits, AddressScope Scope)[] s_v4 =
    [
        (0x00000000, 8, AddressScope.Unspecified),
        (0x0A000000, 8, AddressScope.Private),
        (0x64400000, 10, AddressScope.CarrierGrade),
        (0x7F000000, 8, AddressScope.Loopback),
        (0xA9FE0000, 16, AddressScope.LinkLocal),
        (0xAC100000, 12, AddressScope.Private),
        (0xC0000000, 24, AddressScope.Reserved),  // 192.0.0.0/24, protocol assignments
        (0xC0000200, 24, AddressScope.Reserved),  // 192.0.2.0/24, documentation
        (0xC0586300, 24, AddressScope.Reserved),  // 192.88.99.0/24, 6to4 relays
        (0xC0A80000, 16, AddressScope.Private),
        (0xC6120000, 15, AddressScope.Reserved),  // 198.18.0.0/15, benchmarks
        (0xC6336400, 24, AddressScope.Reserved),  // 198.51.100.0/24, documentation
        (0xCB007100, 24, AddressScope.Reserved),  // 203.0.113.0/24, documentation
        (0xE0000000, 4, AddressScope.Multicast),
        (0xFFFFFFFF, 32, AddressScope.Multicast),
        (0xF0000000, 4, AddressScope.Reserved),
    ];

    /// <summary>
    /// Returns the scope of an address. An IPv6 form that carries an IPv4 address (mapped, compatible, 6to4, NAT64, Teredo) has the scope
    /// of that address, since that is where its packets end up.
    /// </summary>
    public static AddressScope Classify(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Span<byte> bytes = stackalloc byte[16];
        _ = address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetwork
            ? ClassifyV4(BinaryPrimitives.ReadUInt32BigEndian(bytes))
            : ClassifyV6(bytes);
    }

    /// <summary>Determines whether an address has the scope <see cref="AddressScope.Global"/>.</summary>
    public static bool IsGlobal(IPAddress address) => Classify(address) == AddressScope.Global;

    private static AddressScope ClassifyV4(uint address)
    {
        foreach ((uint prefix, int bits, AddressScope scope) in s_v4)
        {
            if ((address ^ prefix) >> (32 - bits) == 0)
            {
                return scope;
            }
        }

        return AddressScope.Global;
    }

    private static AddressScope ClassifyV6(ReadOnlySpan<byte> address)
    {
        ulong high = BinaryPrimitives.ReadUInt64BigEndian(address);
        ulong low = BinaryPrimitives.ReadUInt64BigEndian(address[8..]);
        uint last = (uint)low;
        if (high == 0)
        {
            return low switch
            {
                0 => AddressScope.Unspecified,
                1 => AddressScope.Loopback,
                _ => low >> 32 is 0 or 0xFFFF ? ClassifyV4(last) : AddressScope.Reserved, // ::a.b.c.d, ::ffff:a.b.c.d
            };
        }

        return (high >> 48) switch
        {
            0x2002 => ClassifyV4((uint)(high >> 16)),                                    // 6to4: 2002:a.b.c.d::/48
            0x0064 when high == 0x0064_FF9B_0000_0000 => ClassifyV4(last),               // NAT64: 64:ff9b::/96
            0x0064 when high >> 16 == 0x0064_FF9B_0001 => AddressScope.Private,          // NAT64 of a local network: 64:ff9b:1::/48
            0x2001 when (high >> 32 & 0xFFFF) == 0 => ClassifyV4(~last),                 // Teredo hides the client's address
            0x2001 when (high >> 32 & 0xFFFF) == 0x0DB8 => AddressScope.Reserved,        // documentation
            0x2001 when (high >> 32 & 0xFE00) == 0 => AddressScope.Reserved,             // 2001::/23, protocol assignments
            >= 0xFC00 and <= 0xFDFF => AddressScope.Private,
            >= 0xFE80 and <= 0xFEBF => AddressScope.LinkLocal,
            >= 0xFEC0 and <= 0xFEFF => AddressScope.Private,
            >= 0xFF00 => AddressScope.Multicast,
            >= 0x2000 and <= 0x3FFF => AddressScope.Global,
            _ => AddressScope.Reserved,
        };
    }
}
