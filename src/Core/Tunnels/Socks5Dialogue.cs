using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PollHttp.Core;

/// <summary>Implements SOCKS 5 (RFC 1928), with user and password (RFC 1929) if given.</summary>
internal sealed class Socks5Dialogue : SocksDialogue
{
    private const byte Version = 5;
    private const byte NoAuthentication = 0;
    private const byte UserAndPassword = 2;
    private const byte NoneAccepted = 255;
    private const byte IPv4 = 1;
    private const byte Name = 3;
    private const byte IPv6 = 4;

    private readonly byte[] _request;
    private readonly byte[]? _credentials;
    private Step _step;

    public Socks5Dialogue(ProxySpec proxy, string host, int port, IPAddress? address)
    {
        byte[] name = address is null ? Encoding.ASCII.GetBytes(host) : [];
        _request = MakeRequest(name, port, address);

        // A name that is too long is never resolved here instead: that was the fault of CVE-2023-38545.
        if (name.Length > 255)
        {
            Fail("the host name is longer than 255 bytes");
            return;
        }

        if (proxy.UserName is not null)
        {
            byte[] user = Encoding.UTF8.GetBytes(proxy.UserName);
            byte[] password = Encoding.UTF8.GetBytes(proxy.Password ?? "");
            if (user.Length is 0 or > 255 || password.Length is 0 or > 255)
            {
                Fail("user and password must have 1 to 255 bytes each (RFC 1929)");
                return;
            }

            _credentials = [1, (byte)user.Length, .. user, (byte)password.Length, .. password];
        }

        Say(_credentials is null ? [Version, 1, NoAuthentication] : [Version, 2, NoAuthentication, UserAndPassword], 2);
    }

    private enum Step
    {
        /// <summary>The methods were offered.</summary>
        Method,

        /// <summary>The credentials were sent.</summary>
        Credentials,

        /// <summary>The connection was requested.</summary>
        Connect,
    }

    public override bool Receive(ReadOnlySpan<byte> reply) => _step switch
    {
        Step.Method => OnMethod(reply[0], reply[1]),
        Step.Credentials => OnCredentials(reply[0], reply[1]),
        _ => OnConnect(reply),
    };

    private static byte[] MakeRequest(byte[] name, int port, IPAddress? address)
    {
        List<byte> request = [Version, 1, 0];
        if (address is null)
        {
            request.Add(Name);
            request.Add((byte)name.Length);
            request.AddRange(name);
        }
        else
        {
            request.Add(address.AddressFamily == AddressFamily.InterNetworkV6 ? IPv6 : IPv4);
            request.AddRange(address.GetAddressBytes());
        }

        WritePort(request, port);
        return [.. request];
    }

    private bool OnMethod(byte version, byte method)
    {
        if (version != Version)
        {
            return Fail("its answer is not SOCKS 5");
        }

        switch (method)
        {
            case NoAuthentication:
                return Ask();
            case UserAndPassword when _credentials is not null:
                _step = Step.Credentials;
                Say(_credentials, 2);
                return true;
            case NoneAccepted:
                return Fail(_credentials is null ? "it wants credentials" : "it accepts neither user and password nor no authentication");
            default:
                return Fail($"it chose the method {method}, which was not offered");
        }
    }

    private bool OnCredentials(byte version, byte status)
    {
        if (version != 1)
        {
            return Fail("its answer to the credentials is malformed");
        }

        return status == 0 ? Ask() : Fail("it did not accept the credentials");
    }

    private bool Ask()
    {
        _step = Step.Connect;
        Say(_request, 4);
        return true;
    }

    private bool OnConnect(ReadOnlySpan<byte> reply)
    {
        if (reply[0] != Version)
        {
            return Fail("its answer is not SOCKS 5");
        }

        if (reply[1] != 0)
        {
            return OnRefusal(reply[1]);
        }

        if (reply[2] != 0)
        {
            return Fail("its answer is malformed");
        }

        // The bound address follows. It is not needed, but its bytes must not be taken for the origin's.
        switch (reply[3])
        {
            case IPv4:
                Awaited = 4 + 4 + 2;
                break;
            case IPv6:
                Awaited = 4 + 16 + 2;
                break;
            case Name:
                Awaited = reply.Length == 4 ? 5 : 5 + reply[4] + 2;
                break;
            default:
                return Fail($"its answer has the unknown address type {reply[3]}");
        }

        if (reply.Length < Awaited)
        {
            return false;
        }

        IsOpen = true;
        return true;
    }

    private bool OnRefusal(byte code) => code switch
    {
        1 => Fail("it failed"),
        2 => Fail("its rules do not allow the connection"),
        3 => Fail("it found the network unreachable", TransportError.Unreachable),
        4 => Fail("it found the host unreachable", TransportError.Unreachable),
        5 => Fail("its connection was refused", TransportError.Refused),
        6 => Fail("its connection timed out", TransportError.TimedOut),
        7 => Fail("it does not connect for others"),
        8 => Fail("it does not support this type of address"),
        _ => Fail($"it answered with the unknown code {code}"),
    };
}
