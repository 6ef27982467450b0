using PollHttp.Wire;

namespace PollHttp;

/// <summary>
/// Observes what goes over the wire, attempt by attempt: each request that is sent for a call, including redirects, retries and answers to
/// challenges, and its response. Derive from it, or use <see cref="WireLog"/> or <see cref="HarRecorder"/>.
/// </summary>
/// <remarks>
/// <para>For one attempt the calls are <see cref="OnRequest"/>, <see cref="OnInformational"/> for each interim response,
/// <see cref="OnResponse"/>, and <see cref="OnEnd"/>: in this order, one at a time. OnEnd is always called; the others need not be. For a
/// attempt that failed before anything was sent (unknown host, for example) only OnEnd is called.</para>
/// <para>The methods are called where user code runs, with no lock held: in background drive as
/// <see cref="PollHttpClientOptions.Continuations"/> says, otherwise on the thread that polls. They may block, and send requests. They are
/// called before the caller of the request gets the corresponding result, unless an earlier call for the same attempt has not returned by then.
/// OnEnd may be later (if a response is whole while the content of its request is still being sent, or if a body was left unread). At the
/// time of a call the attempt may have progressed further. Calls for different attempts may come from different threads at the same time.</para>
/// <para>Exceptions of an observer are logged by the client's logger and otherwise ignored: they fail no request.</para>
/// </remarks>
public abstract class WireObserver
{
    /// <summary>
    /// Gets how many bytes of each body are kept, from its beginning, for <see cref="WireExchange.RequestBody"/> and
    /// <see cref="WireExchange.ResponseBody"/>; 0. Read once per call.
    /// </summary>
    public virtual int KeptBodyBytes => 0;

    /// <summary>
    /// Gets a value indicating whether the observer calls no other code and never waits, so that it may be called under a lock.
    /// </summary>
    internal virtual bool OnlyTakesNote => false;

    /// <summary>Called when the head of a request was written; <see cref="WireExchange.Request"/> is available.</summary>
    public virtual void OnRequest(WireExchange exchange)
    {
    }

    /// <summary>Called when an interim response (1xx, except 101) was received.</summary>
    /// <param name="exchange">The hop.</param>
    /// <param name="head">The head of the interim response, which may be kept.</param>
    public virtual void OnInformational(WireExchange exchange, ResponseHead head)
    {
    }

    /// <summary>Called when the head of the response was received; <see cref="WireExchange.Response"/> is available.</summary>
    public virtual void OnResponse(WireExchange exchange)
    {
    }

    /// <summary>Called when the hop is over: whole, failed, canceled, or abandoned by the reader of the body.</summary>
    public virtual void OnEnd(WireExchange exchange)
    {
    }

    /// <summary>Returns an observer that notifies several others, in this order. An exception of one does not affect the others.</summary>
    public static WireObserver Combine(params WireObserver[] observers)
    {
        ArgumentNullException.ThrowIfNull(observers);
        foreach (WireObserver observer in observers)
        {
            ArgumentNullException.ThrowIfNull(observer, nameof(observers));
        }

        return new CombinedObserver([.. observers]);
    }
}
