using System.Text.Json;
using PollHttp.Wire;

namespace PollHttp;

/// <summary>
/// Records an HTTP archive (HAR 1.2), which the developer tools of browsers and other programs can open. Each attempt has one entry, with its
/// heads, sizes and times and, on request, the beginnings of its bodies. Secrets are removed before anything is kept.
/// </summary>
/// <remarks>
/// An entry is made when its attempt is over. <see cref="HarOptions"/> limit the memory: the oldest entries are dropped. It can be shared by
/// clients and handlers. Thread safety: safe for use from any thread.
/// </remarks>
public sealed class HarRecorder : WireObserver
{
    /// <summary>The number of bytes to collect before writing to a stream.</summary>
    private const int PieceBytes = 64 * 1024;

    private readonly object _lock = new();
    private readonly HarOptions _options;
    private readonly Queue<Kept> _kept = new();
    private readonly ArrayBufferWriter<byte> _buffer = new();
    private long _bytes;
    private long _dropped;

    /// <summary>Initializes an empty recorder.</summary>
    public HarRecorder(HarOptions? options = null)
    {
        options ??= new();
        _options = new() { MaxEntries = options.MaxEntries, MaxBytes = options.MaxBytes, BodyBytes = options.BodyBytes, Redaction = options.Redaction };
    }

    /// <inheritdoc/>
    public override int KeptBodyBytes => _options.BodyBytes;

    internal override bool OnlyTakesNote => true;

    /// <summary>Gets the number of entries.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _kept.Count;
            }
        }
    }

    /// <summary>Gets the number of entries that were dropped for lack of room.</summary>
    public long DroppedCount
    {
        get
        {
            lock (_lock)
            {
                return _dropped;
            }
        }
    }

    /// <inheritdoc/>
    public override void OnEnd(WireExchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        lock (_lock)
        {
            _buffer.ResetWrittenCount();
            using (Utf8JsonWriter json = new(_buffer))
            {
                new HarEntry(exchange, _options, json).Write();
            }

            _kept.Enqueue(new(exchange.StartedAt, _buffer.WrittenSpan.ToArray()));
            _bytes += _buffer.WrittenCount;
            while (_kept.Count > _options.MaxEntries || _bytes > _options.MaxBytes)
            {
                _bytes -= _kept.Dequeue().Json.Length;
                _dropped++;
            }
        }
    }

    /// <summary>Removes all entries.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _kept.Clear();
            _bytes = 0;
            _dropped = 0;
        }
    }

    /// <summary>Writes the current archive, oldest entry first, and keeps it. The stream stays open.</summary>
    public void Save(Stream destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        using Utf8JsonWriter json = new(destination);
        foreach (Kept entry in Begin(json))
        {
            json.WriteRawValue(entry.Json, skipInputValidation: true);
            if (json.BytesPending > PieceBytes)
            {
                json.Flush();
            }
        }

        End(json);
        json.Flush();
    }

    /// <summary>Writes the current archive to a file, which is replaced.</summary>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream file = new(path, FileMode.Create, FileAccess.Write);
        Save(file);
    }

    /// <inheritdoc cref="Save(Stream)"/>
    public async Task SaveAsync(Stream destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        Utf8JsonWriter json = new(destination);
        await using (json.ConfigureAwait(false))
        {
            foreach (Kept entry in Begin(json))
            {
                json.WriteRawValue(entry.Json, skipInputValidation: true);
                if (json.BytesPending > PieceBytes)
                {
                    await json.FlushAsync(cancellationToken).ConfigureAwait(false);
                }
            }

            End(json);
            await json.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc cref="Save(string)"/>
    public async Task SaveAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FileStream file = new(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0, useAsync: true);
        await using (file.ConfigureAwait(false))
        {
            await SaveAsync(file, cancellationToken).ConfigureAwait(false);
        }
    }

    private Kept[] Begin(Utf8JsonWriter json)
    {
        Kept[] entries;
        long dropped;
        lock (_lock)
        {
            entries = [.. _kept];
            dropped = _dropped;
        }

        json.WriteStartObject();
        json.WriteStartObject("log");
        json.WriteString("version", "1.2");
        json.WriteStartObject("creator");
        json.WriteString("name", "PollHttp");
        json.WriteString("version", typeof(HarRecorder).Assembly.GetName().Version?.ToString(3) ?? "");
        json.WriteEndObject();
        if (dropped > 0)
        {
            json.WriteString("comment", $"{dropped} older entries were dropped for lack of room.");
        }

        json.WriteStartArray("entries");
        return [.. entries.OrderBy(static e => e.StartedAt)]; // a stable sort; hops end in a different order than they begin
    }

    private static void End(Utf8JsonWriter json)
    {
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private readonly record struct Kept(DateTimeOffset StartedAt, byte[] Json);
}
