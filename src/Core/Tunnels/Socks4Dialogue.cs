using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PollHttp.Core;

/// <summary>Implements SOCKS 4 and its extension 4A: one request, and one answer of eight bytes.</summary>
internal sealed class Socks4Dialogue : SocksDialogue
{
    private const byte Granted = 90;

    public Socks4Dialogue(ProxySpec proxy, string host, int port, IPAddress? address)
    {
        byte[] user = Encoding.UTF8.GetBytes(proxy.UserName ?? "");
        bool byName = address is null && proxy.Scheme == ProxyScheme.Socks4a;
        byte[] name = byName ? Encoding.ASCII.GetBytes(host) : [];
        if (address is { IsIPv4MappedToIPv6: true })
        {
            address = address.MapToIPv4();
        }

        if (!byName && address is not { AddressFamily: AddressFamily.InterNetwork })
        {
            Fail("SOCKS 4 can only be asked for an IPv4 address");
            return;
        }

        if (name.Length > 255 || user.Length > 255)
        {
            Fail("the host's or the user's name is longer than 255 bytes");
            return;
        }

        if (Array.IndexOf(name, (byte)0) >= 0 || Array.IndexOf(user, (byte)0) >= 0)
        {
            Fail("the host's or the user's name has a NUL");
            return;
        }

        List<byte> request = [4, 1];
        WritePort(request, port);
        request.AddRange(byName ? [0, 0, 0, 1] : address!.GetAddressBytes()); // 0.0.0.1: a name follows
        request.AddRange(user);
        request.Add(0);
        if (byName)
        {
            request.AddRange(name);
            request.Add(0);
        }

        Say([.. request], 8);
    }

    public override bool Receive(ReadOnlySpan<byte> reply)
    {
        if (reply[0] != 0)
        {
            return Fail("its answer is not SOCKS 4");
        }

        if (reply[1] != Granted)
        {
            return Fail(reply[1] switch
            {
                91 => "it refused or could not connect",
                92 => "it could not reach the identification service on this host",
                93 => "the identification service told it another user",
                _ => $"it answered with the unknown code {reply[1]}",
            });
        }

        IsOpen = true;
        return true;
    }
}
