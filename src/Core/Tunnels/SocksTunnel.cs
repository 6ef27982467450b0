using System.Buffers;

namespace PollHttp.Core;

/// <summary>
/// Asks a SOCKS proxy for a connection: moves the bytes of a <see cref="SocksDialogue"/>, and never reads beyond its answers.
/// </summary>
internal sealed class SocksTunnel(ITransport transport, SocksDialogue dialogue) : TunnelHandshake
{
    private readonly byte[] _reply = new byte[SocksDialogue.MaxReply];
    private int _received;

    public override Wants Wants => new(dialogue.Output.IsEmpty ? WantFlags.Readable : WantFlags.Writable, Instant.Never);

    public override bool Poll(Instant now, TimeProvider clock)
    {
        while (!IsOver)
        {
            if (dialogue.IsOpen)
            {
                IsOpen = true;
            }
            else if (dialogue.Failure is { } failure)
            {
                Fault = Refusal(failure, dialogue.Error == TransportError.Other ? default : new(dialogue.Error, null));
            }
            else if (!(dialogue.Output.IsEmpty ? Receive() : Send()))
            {
                break;
            }
        }

        return IsOver;
    }

    private bool Send()
    {
        // A proxy accepts a few hundred bytes at once or, in the worst case, in several calls.
        IoResult result = transport.TryWrite(new ReadOnlySequence<byte>(dialogue.Output));
        if (result.Status == IoStatus.Done)
        {
            dialogue.Sent(result.Count);
        }

        return Continues(result);
    }

    private bool Receive()
    {
        IoResult result = transport.TryRead(_reply.AsMemory(_received, dialogue.Awaited - _received));
        if (result.Status == IoStatus.Done)
        {
            _received += result.Count;
            if (_received == dialogue.Awaited && dialogue.Receive(_reply.AsSpan(0, _received)))
            {
                _received = 0;
            }
        }

        return Continues(result);
    }

    private bool Continues(IoResult result)
    {
        switch (result.Status)
        {
            case IoStatus.Done:
                return true;
            case IoStatus.WouldBlock:
                return false;
            case IoStatus.Failed:
                Fault = Refusal("the connection to it broke", transport.Failure);
                return false;
            default:
                Fault = Refusal("it closed the connection before it had answered");
                return false;
        }
    }
}
