using System.Globalization;
using System.Text;

namespace PollHttp.Swarm;

/// <summary>Reads the requests of one connection as they come, and checks every byte of their contents.</summary>
internal sealed class RequestFeed(Ledger ledger)
{
    private readonly List<byte> _line = [];
    private readonly List<string> _lines = [];
    private State _state;
    private long _left;
    private bool _isChunked;
    private ContentCheck? _check;

    private enum State
    {
        Head,
        Content,
        ChunkSize,
        Chunk,
        ChunkEnd,
        Trailers,
        Over,
    }

    /// <summary>Gets the call whose request is being read; null before its head is complete.</summary>
    public CallPlan? Call { get; private set; }

    public int Hop { get; private set; }

    public bool IsComplete => _state == State.Over;

    public bool ExpectsContinue { get; private set; }

    public bool AcceptsCoding { get; private set; }

    /// <summary>Gets how many answers have begun on the connection.</summary>
    public int Answers { get; private set; }

    /// <summary>Takes bytes up to the end of the head, or of the request.</summary>
    /// <returns>How many were taken.</returns>
    public int Take(ReadOnlySpan<byte> bytes)
    {
        int taken = 0;
        bool hadHead = Call is not null;
        while (taken < bytes.Length && _state != State.Over && hadHead == (Call is not null))
        {
            taken += Step(bytes[taken..]);
        }

        return taken;
    }

    /// <summary>Notes that an answer begins.</summary>
    /// <returns>Its number on the connection, from 1.</returns>
    public int BeginAnswer() => ++Answers;

    public void Reset()
    {
        (Call, _state) = (null, State.Head);
        _lines.Clear();
    }

    private int Step(ReadOnlySpan<byte> bytes)
    {
        if (_state is State.Content or State.Chunk)
        {
            int count = (int)Math.Min(_left, bytes.Length);
            _check!.Accept(bytes[..count]);
            _left -= count;
            if (_left == 0)
            {
                _state = _state == State.Content ? State.Over : State.ChunkEnd;
                if (_state == State.Over)
                {
                    _check.End();
                }
            }

            return count;
        }

        _line.Add(bytes[0]);
        if (_line is [.., (byte)'\r', (byte)'\n'])
        {
            string line = Encoding.Latin1.GetString([.. _line.SkipLast(2)]);
            _line.Clear();
            OnLine(line);
        }

        return 1;
    }

    private void OnLine(string line)
    {
        switch (_state)
        {
            case State.Head when line.Length > 0:
                _lines.Add(line);
                break;
            case State.Head:
                OnHead();
                break;
            case State.ChunkSize:
                _left = long.TryParse(line, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long size) ? size : throw Malformed($"chunk size '{line}'");
                _state = size == 0 ? State.Trailers : State.Chunk;
                break;
            case State.ChunkEnd:
                _state = line.Length == 0 ? State.ChunkSize : throw Malformed($"'{line}' after a chunk");
                break;
            default:
                _state = line.Length == 0 ? State.Over : State.Trailers;
                break;
        }

        if (_state == State.Over && _isChunked)
        {
            _check!.End();
        }
    }

    private void OnHead()
    {
        string[] parts = _lines.Count == 0 ? [] : _lines[0].Split(' ');
        if (parts.Length != 3 || !ledger.TryFind(parts[1].Replace("http://server.test/", "/", StringComparison.Ordinal), out CallPlan? call, out int hop))
        {
            throw Malformed($"request line '{(_lines.Count == 0 ? "" : _lines[0])}'");
        }

        Hop = hop;
        _isChunked = Field("Transfer-Encoding") == "chunked";
        _left = Field("Content-Length") is { } length ? long.Parse(length, CultureInfo.InvariantCulture) : 0;
        ExpectsContinue = Field("Expect") is not null;
        AcceptsCoding = call.Answer.Coding.Length > 0 && (Field("Accept-Encoding") ?? "").Contains(call.Answer.Coding, StringComparison.Ordinal);
        _state = _isChunked ? State.ChunkSize : _left > 0 ? State.Content : State.Over;
        _check = new(ledger, call);
        if (!_isChunked && call.Content is { Kind: not ContentKind.Multipart } content && _left != content.Length)
        {
            throw Malformed($"Content-Length {_left} of call {call.Number}, whose content has {content.Length}");
        }

        Call = call;
        ledger.HeadSeen(call, hop, parts[0]);
    }

    private string? Field(string name) => _lines.Skip(1)
        .FirstOrDefault(l => l.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();

    private FormatException Malformed(string what)
    {
        ledger.Fail("malformed request", what);
        return new(what);
    }
}
