namespace PollHttp;

/// <summary>
/// Is told what goes over the wire, hop by hop: each request that is sent for a call, redirects, repeats and answers to challenges
/// included, and what came back. To be derived from; <see cref="WireLog"/> and <see cref="HarRecorder"/> are such.
/// </summary>
/// <remarks>
/// <para>Of one hop the calls are <see cref="OnRequest"/>, <see cref="OnInformational"/> as often as there are interim responses,
/// <see cref="OnResponse"/>, <see cref="OnEnd"/>: in this order, one at a time. The end always comes; what is before it need not. A hop
/// that failed before anything was sent (no such host, say) has its end alone.</para>
/// <para>A call is made by whichever thread polls the connection, before who sent the request sees what it is about, and therefore
/// <b>under the lock of that connection</b>: it must return at once, and send nothing through a client or handler it observes. What takes
/// longer belongs into a queue. (Only an end may come later: where a response is whole while the content of its request is still being
/// sent, or where a body was left.) Calls about different hops may come from different threads at the same time.</para>
/// <para>What an observer throws is dropped, and noted at the client's logger: it fails no request.</para>
/// </remarks>
public abstract class WireObserver
{
    /// <summary>How many bytes of each body are kept, from its beginning, for <see cref="WireExchange.RequestBody"/> and
    /// <see cref="WireExchange.ResponseBody"/>; 0. Asked once a hop.</summary>
    public virtual int KeptBodyBytes => 0;

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
