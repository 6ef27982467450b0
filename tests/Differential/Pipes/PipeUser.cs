using System.Buffers;
using System.IO.Pipelines;

namespace PollHttp.Differential;

/// <summary>Carries out the steps of a reader, and tells what comes of each: a result, an exception, or nothing yet.</summary>
internal sealed class PipeUser(PipeReader reader)
{
    private CancellationTokenSource _cancel = new();
    private Task<ReadResult>? _pending;
    private ReadOnlySequence<byte>? _buffer;
    private bool _isReading;
    private bool _hasFailed;
    private bool _isCompleted;

    /// <summary>Gets how much of what comes was examined and kept, from its first byte that is not consumed.</summary>
    public long Examined { get; private set; }

    /// <summary>Gets how much was consumed.</summary>
    public long Consumed { get; private set; }

    /// <summary>Gets a value indicating whether a read waits.</summary>
    public bool IsWaiting => _pending is { IsCompleted: false };

    /// <summary>Gets a value indicating whether the next read was canceled by <see cref="StepKind.Cancel"/>.</summary>
    public bool IsCanceled { get; private set; }

    /// <summary>Gets a value indicating whether the token of the next read is canceled.</summary>
    public bool IsTokenCanceled => _cancel.IsCancellationRequested;

    /// <summary>Carries out one step of the reader.</summary>
    public string Do(PipeStep step)
    {
        try
        {
            switch (step.Kind)
            {
                case StepKind.TryRead or StepKind.Read when IsCanceled && _isReading:
                    return ""; // a misuse that costs the platform's pipe the cancellation
                case StepKind.TryRead:
                    Forget();
                    return reader.TryRead(out ReadResult result) ? Note(result) : "nothing";
                case StepKind.Read or StepKind.Advance or StepKind.AdvanceByDefault when IsWaiting:
                    return ""; // misuses that break the platform's pipe, or are not noticed there
                case StepKind.Advance or StepKind.AdvanceByDefault when _hasFailed && _buffer is null:
                    return ""; // without a read: noticed by the platform's pipe or not, as the read before it began
                case StepKind.Read:
                    Forget();
                    _pending = reader.ReadAsync(_cancel.Token).AsTask();
                    return TakePending();
                case StepKind.Advance when _buffer is { } buffer:
                    Advance(buffer, step);
                    return "advanced";
                case StepKind.Advance or StepKind.AdvanceByDefault:
                    _isReading = false;
                    reader.AdvanceTo(default); // without a read a misuse, before which a pipe moves on by other positions
                    _buffer = null;
                    return "advanced";
                case StepKind.Cancel:
                    IsCanceled = !IsWaiting && !_isCompleted;
                    reader.CancelPendingRead();
                    return "canceled";
                case StepKind.CancelToken:
                    _cancel.Cancel();
                    return "canceled";
                case StepKind.Complete when !IsWaiting:
                    _isCompleted = true;
                    _buffer = null; // its memory has other uses now
                    reader.Complete();
                    return "completed";
                default:
                    return "";
            }
        }
        catch (Exception error)
        {
            return Name(error);
        }
    }

    /// <summary>Tells what came of the read that waited.</summary>
    public string TakePending()
    {
        if (_pending is not { IsCompleted: true } read)
        {
            return _pending is null ? "" : "waits";
        }

        _pending = null;
        if (_cancel.IsCancellationRequested)
        {
            _cancel = new(); // it is used up, also by a read that had come to its end before
        }

        try
        {
            return Note(read.GetAwaiter().GetResult());
        }
        catch (Exception error)
        {
            _hasFailed = true;
            return Name(error);
        }
    }

    private string Note(ReadResult result)
    {
        _buffer = result.Buffer;
        _isReading = !result.IsCanceled;
        _hasFailed = false;
        IsCanceled &= !result.IsCanceled;
        return $"{Convert.ToHexString(result.Buffer.ToArray())}{(result.IsCanceled ? " canceled" : "")}{(result.IsCompleted ? " completed" : "")}";
    }

    /// <summary>What was examined before counts as examined: the platform refuses to take it back, and we need not know of it.</summary>
    private void Advance(ReadOnlySequence<byte> buffer, PipeStep step)
    {
        long consumed = buffer.Length * step.Consumed / 4;
        long examined = Math.Max(Math.Min(Examined, buffer.Length), consumed + ((buffer.Length - consumed) * step.Examined / 4));
        _buffer = null;
        _isReading = false;
        reader.AdvanceTo(buffer.GetPosition(consumed), buffer.GetPosition(examined));
        Consumed += consumed;
        Examined = examined - consumed;
    }

    /// <summary>Forgets a canceled result, which the next read makes void.</summary>
    private void Forget()
    {
        if (!_isReading)
        {
            _buffer = null;
        }
    }

    private static string Name(Exception error) => error switch
    {
        OperationCanceledException => "canceled by its token",
        InvalidOperationException and not ObjectDisposedException => "misuse",
        IOException => "broken off",
        _ => error.ToString(),
    };
}
