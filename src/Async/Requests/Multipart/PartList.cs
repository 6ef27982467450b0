using System.Text;

namespace PollHttp.Requests;

/// <summary>Holds the parts of a multipart content: their heads, their order, and the boundary between them.</summary>
internal sealed class PartList(string subtype, Func<string> createBoundary)
{
    private const int MaxBoundaries = 16;

    private readonly List<Part> _parts = [];

    public string Boundary { get; private set; } = createBoundary();

    public string ContentType => $"multipart/{subtype}; boundary={Boundary}";

    public bool AreReplayable => _parts.TrueForAll(static p => p.Content.IsReplayable);

    public bool AreShareable => _parts.TrueForAll(static p => p.Content.IsShareable);

    private int DelimiterLength => "\r\n--".Length + Boundary.Length + "\r\n".Length;

    /// <summary>Gets the total number of bytes, or null if the length of a part is unknown.</summary>
    public long? Length
    {
        get
        {
            long sum = DelimiterLength; // of the end: two more dashes, but no line end before the first part
            foreach (Part part in _parts)
            {
                if (part.Content.Length is not { } length)
                {
                    return null;
                }

                sum += DelimiterLength + part.Head.Length + length;
            }

            return sum + "--".Length - (_parts.Count == 0 ? 0 : "\r\n".Length);
        }
    }

    /// <summary>Adds a part; its fields are read now. The first lines of its head can be given, each with its line end.</summary>
    public void Add(RequestContent content, string firstLines = "")
    {
        ArgumentNullException.ThrowIfNull(content);
        var fields = new HeaderList();
        content.AddHeadersTo(fields);
        var head = new StringBuilder(firstLines);
        foreach (HeaderField field in fields)
        {
            head.Append(field.Name).Append(": ").Append(field.Value).Append("\r\n");
        }

        _parts.Add(new(Encoding.UTF8.GetBytes(head.Append("\r\n").ToString()), content));
        AvoidBoundary();
    }

    public async ValueTask WriteToAsync(ContentSink sink, CancellationToken cancellationToken)
    {
        var gather = new GatheringSink(sink);
        for (int i = 0; i < _parts.Count; i++)
        {
            await gather.WriteAsync(HeadOf(i)).ConfigureAwait(sink.KeepsContext);
            await _parts[i].Content.WriteToAsync(gather, cancellationToken).ConfigureAwait(sink.KeepsContext);
        }

        await gather.WriteAsync(End()).ConfigureAwait(sink.KeepsContext);
        await gather.FlushAsync().ConfigureAwait(sink.KeepsContext);
    }

    public void WriteTo(ContentSink sink)
    {
        var gather = new GatheringSink(sink);
        for (int i = 0; i < _parts.Count; i++)
        {
            gather.Write(HeadOf(i));
            _parts[i].Content.WriteTo(gather);
        }

        gather.Write(End());
        gather.Flush();
    }

    private byte[] HeadOf(int index) =>
        [.. Encoding.ASCII.GetBytes($"{(index == 0 ? "" : "\r\n")}--{Boundary}\r\n"), .. _parts[index].Head];

    private byte[] End() => Encoding.ASCII.GetBytes($"\r\n--{Boundary}--\r\n");

    /// <summary>
    /// Replaces the boundary if it occurs in a part that is in memory. Other parts can't be checked; 192 random bits must suffice for them.
    /// </summary>
    private void AvoidBoundary()
    {
        for (int i = 0; _parts.Exists(Has); i++)
        {
            if (i == MaxBoundaries)
            {
                throw new InvalidOperationException("Every boundary that was tried occurs in a part: the source of boundaries is not random.");
            }

            Boundary = createBoundary();
        }
    }

    private bool Has(Part part) =>
        part.Content.TryGetMemory(out ReadOnlyMemory<byte> memory) && memory.Span.IndexOf(Encoding.ASCII.GetBytes(Boundary)) >= 0;

    private sealed record Part(byte[] Head, RequestContent Content);
}
