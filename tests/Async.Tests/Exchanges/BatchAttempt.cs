using System.Globalization;
using System.Text;
using PollHttp.Testing;

namespace PollHttp.Tests.Exchanges;

/// <summary>A request that a <see cref="BatchServer"/> received, and the frames with which it answers.</summary>
/// <param name="request">The request.</param>
/// <param name="number">Its number, which its response names.</param>
/// <param name="connection">Its connection.</param>
internal sealed class BatchAttempt(Http2Request request, int number, BatchConnection connection)
{
    private readonly Queue<Http2Frame> _frames = [];
    private bool _isRefusal;
    private bool _isWrong;

    public Http2Request Request => request;

    public BatchConnection Connection => connection;

    public bool HasMore => _frames.Count > 0;

    /// <summary>Gets the whole body that is sent, or that of which a part is sent.</summary>
    public string Body { get; private set; } = "";

    public int Status { get; private set; }

    /// <summary>Gets a value indicating whether a correct response was sent to its end.</summary>
    public bool IsWhole { get; private set; }

    public bool IsReset { get; private set; }

    /// <summary>Gets a value indicating whether the server has said that it did not process the request.</summary>
    public bool IsUnprocessed => (_isRefusal && IsReset) || connection.IsDeafTo(request.StreamId);

    public Http2Frame Next() => _frames.Dequeue();

    public void OnSent(in Http2Frame frame)
    {
        IsWhole |= !_isWrong && frame.Type is Http2FrameType.Data or Http2FrameType.Headers && (frame.Flags & Http2FrameFlags.EndStream) != 0;
        IsReset |= frame.Type == Http2FrameType.RstStream;
    }

    /// <summary>Draws the answer.</summary>
    public void Plan(Random random, bool isCalm)
    {
        switch (isCalm ? 9 : random.Next(14))
        {
            case 0:
                _isRefusal = true;
                Add(Http2Frame.Reset(request.StreamId, 7));
                break;
            case 1:
                Add(Http2Frame.Reset(request.StreamId, random.Next(2) == 0 ? 8u : 2));
                break;
            case 2:
                Add(Http2Frame.Reset(request.StreamId, 13));
                break;
            case 3:
                break; // and no answer
            case 4:
                PlanHead(random, extraLength: 1);
                PlanBody(random, Body.Length);
                PlanEnd(random);
                break;
            case 5:
                PlanHead(random);
                PlanBody(random, random.Next(Body.Length + 1));
                Add(Http2Frame.Reset(request.StreamId, (uint)random.Next(14)));
                break;
            case 6:
                PlanHead(random);
                PlanBody(random, random.Next(Body.Length + 1));
                break; // and no end
            default:
                PlanHead(random);
                PlanBody(random, Body.Length);
                PlanEnd(random);
                break;
        }
    }

    /// <summary>Makes a text that tells at each place which request it belongs to.</summary>
    public static string TextOf(string path, int number, int times) =>
        string.Concat(Enumerable.Repeat(string.Create(CultureInfo.InvariantCulture, $"{path}#{number};"), times));

    private void PlanHead(Random random, int extraLength = 0)
    {
        if (random.Next(4) == 0)
        {
            Add(Http2Frame.Headers(request.StreamId, false, (":status", "103")));
        }

        bool isTunnel = request.Method == "CONNECT";
        Status = !isTunnel && random.Next(6) == 0 ? 413 : 200;
        Body = TextOf(request.Path, number, random.Next(3) == 0 ? 0 : random.Next(500));
        List<(string, string)> fields = [(":status", Number(Status)), ("x-path", request.Path), ("x-attempt", Number(number))];
        if (!isTunnel && (extraLength > 0 || random.Next(2) == 0))
        {
            _isWrong = extraLength > 0;
            fields.Add(("content-length", Number(Body.Length + extraLength)));
        }

        Add(Http2Frame.Headers(request.StreamId, false, [.. fields]));
    }

    private void PlanBody(Random random, int length)
    {
        for (int at = 0; at < length;)
        {
            int count = Math.Min(length - at, random.Next(1, 3000));
            Add(Http2Frame.Data(request.StreamId, Body.Substring(at, count)));
            at += count;
        }
    }

    private void PlanEnd(Random random)
    {
        if (random.Next(2) == 0)
        {
            Http2Frame[] frames = [.. _frames];
            frames[^1] = frames[^1] with { Flags = frames[^1].Flags | Http2FrameFlags.EndStream };
            _frames.Clear();
            Array.ForEach(frames, Add);
        }
        else if (random.Next(2) == 0 && request.Method != "CONNECT")
        {
            Add(Http2Frame.Headers(request.StreamId, true, ("x-end", "1")));
        }
        else
        {
            Add(Http2Frame.Data(request.StreamId, "", true));
        }

        if (random.Next(3) == 0)
        {
            Add(Http2Frame.Reset(request.StreamId, random.Next(2) == 0 ? 0u : 8));
        }
    }

    private void Add(Http2Frame frame) => _frames.Enqueue(frame);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    public override string ToString()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{number} on #{connection.Peer.ConnectionNumber}/{request.StreamId}: {Status}");
        text.Append(IsWhole ? " whole" : "").Append(IsReset ? " reset" : "").Append(IsUnprocessed ? " unprocessed" : "");
        text.Append(connection.IsTroubled ? " in trouble" : "").Append(request.IsWhole ? "" : " (request not whole)");
        return text.ToString();
    }
}
