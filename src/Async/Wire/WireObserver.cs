using PollHttp.Wire;

namespace PollHttp;

/// <summary>
/// Is told what goes over the wire, attempt by attempt: each request that is sent for a call, redirects, repeats and answers to challenges
/// included, and what came back. To be derived from; <see cref="WireLog"/> and <see cref="HarRecorder"/> are such.
/// </summary>
/// <remarks>
/// <para>Of one attempt the calls are <see cref="OnRequest"/>, <see cref="OnInformational"/> as often as there are interim responses,
/// <see cref="OnResponse"/>, <see cref="OnEnd"/>: in this order, one at a time. The end always comes; what is before it need not. An attempt
/// that failed before anything was sent (no such host, say) has its end alone.</para>
/// <para>A call is made where user code runs, with no lock held: in background drive where <see cref="PollHttpClientOptions.Continuations"/> says, else on
/// the thread that polls. It may take its time, and send requests itself. It comes before who sent the request is told of what it is about, unless an earlier call of
/// the same attempt has not returned by then; an end may come later (where a response is whole while the content of its request is still being
/// sent, or where a body was left). By the time of a call the attempt may be further than what the call is about. Calls about different attempts
/// may come from different threads at the same time.</para>
/// <para>What an observer throws is dropped, and noted at the client's logger: it fails no request.</para>
/// </remarks>
public abstract class WireObserver
{
    /// <summary>How many bytes of each body are kept, from its beginning, for <see cref="WireExchange.RequestBody"/> and
    /// <see cref="WireExchange.ResponseBody"/>; 0. Asked once a call.</summary>
    public virtual int KeptBodyBytes => 0;

    /// <summary>Gets a value indicating whether it calls no code of the user's and waits for nothing, so that it may be told under a lock.</summary>
    internal virtual bool OnlyTakesNote => false;

    /// <summary>The head of a request was written, and <see cref="WireExchange.Request"/> is there.</summary>
    public virtual void OnRequest(WireExchange exchange)
    {
    }

    /// <summary>An interim response (1xx, but for 101) came.</summary>
    /// <param name="exchange">To which request.</param>
    /// <param name="head">Its head, which may be kept.</param>
    public virtual void OnInformational(WireExchange exchange, ResponseHead head)
    {
    }

    /// <summary>The head of the response came, and <see cref="WireExchange.Response"/> is there.</summary>
    public virtual void OnResponse(WireExchange exchange)
    {
    }

    /// <summary>It is over: whole, failed, canceled, or left by who reads the body.</summary>
    public virtual void OnEnd(WireExchange exchange)
    {
    }

    /// <summary>One observer that tells each of several, in this order. What one throws keeps nothing from the others.</summary>
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
