using System.Buffers.Binary;
using System.Text;
using PollHttp.Core.Http2;
using PollHttp.Core.Http2.Hpack;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>Says in short what frames a client sent: <c>HEADERS 1 end [:method: GET]…</c>, <c>DATA 1 5 bytes end</c>, <c>RST 1 8</c>.</summary>
internal sealed class Http2FieldsOfClient : IFieldSink
{
    private readonly HpackDecoder _decoder = new(64 * 1024);
    private readonly StringBuilder _fields = new();

    /// <summary>Whether fields are told.</summary>
    public bool TellsFields { get; set; }

    /// <summary>Limits the table as a server does whose setting was acknowledged: the next block has to confirm it.</summary>
    public void LimitTable(int size) => _decoder.LimitTable(size);

    public string Describe(ReadOnlySpan<byte> frame)
    {
        FrameHeader header = FrameHeader.Read(frame);
        ReadOnlySpan<byte> payload = frame[FrameHeader.Size..];
        string end = header.Has(FrameFlags.EndStream) ? " end" : "";
        switch (header.Type)
        {
            case FrameType.Headers:
                _fields.Clear();
                _decoder.Start();
                Decode(payload, header);
                return $"HEADERS {header.StreamId}{end}{(header.Has(FrameFlags.EndHeaders) ? "" : " …")}{_fields}";
            case FrameType.Continuation:
                Decode(payload, header);
                return $"CONTINUATION {header.StreamId}{(header.Has(FrameFlags.EndHeaders) ? "" : " …")}";
            case FrameType.Data:
                return $"DATA {header.StreamId} {header.Length}{end}";
            case FrameType.RstStream:
                return $"RST {header.StreamId} {BinaryPrimitives.ReadUInt32BigEndian(payload)}";
            case FrameType.Settings:
                return header.Has(FrameFlags.Ack) ? "SETTINGS ack" : "SETTINGS" + Settings(payload);
            case FrameType.Ping:
                return (header.Has(FrameFlags.Ack) ? "PING ack " : "PING ") + Encoding.Latin1.GetString(payload);
            case FrameType.GoAway:
                return $"GOAWAY {BinaryPrimitives.ReadUInt32BigEndian(payload)} {BinaryPrimitives.ReadUInt32BigEndian(payload[4..])}";
            case FrameType.WindowUpdate:
                return $"WINDOW {header.StreamId} {BinaryPrimitives.ReadUInt32BigEndian(payload)}";
            case FrameType.PriorityUpdate:
                return $"PRIORITY_UPDATE {header.StreamId} {BinaryPrimitives.ReadUInt32BigEndian(payload)} {Encoding.Latin1.GetString(payload[4..])}";
            default:
                return header.ToString();
        }
    }

    public void OnField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (TellsFields)
        {
            _fields.Append($" [{Encoding.Latin1.GetString(name)}: {Encoding.Latin1.GetString(value)}]");
        }
    }

    public void OnDroppedField(long size)
    {
    }

    private void Decode(ReadOnlySpan<byte> fragment, FrameHeader header) => Assert.True(
        _decoder.Decode(fragment, this) && (!header.Has(FrameFlags.EndHeaders) || _decoder.Finish()), _decoder.Problem);

    private static string Settings(ReadOnlySpan<byte> payload)
    {
        StringBuilder text = new();
        for (; !payload.IsEmpty; payload = payload[6..])
        {
            text.Append($" {BinaryPrimitives.ReadUInt16BigEndian(payload)}={BinaryPrimitives.ReadUInt32BigEndian(payload[2..])}");
        }

        return text.ToString();
    }
}
