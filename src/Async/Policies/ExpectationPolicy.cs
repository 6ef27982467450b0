using PollHttp.Exchanges;

namespace PollHttp.Policies;

/// <summary>Sends a request again without its expectation if the server refuses that (417) and the content is still unsent.</summary>
internal sealed class ExpectationPolicy : IExchangePolicy
{
    public void BeforeSend(Exchange exchange)
    {
        // The caller decides whether to expect.
    }

    public HeadVerdict AfterHead(Exchange exchange, ResponseHead head)
    {
        if (head.StatusCode != 417
            || exchange.Content is null
            || !exchange.CanSendContent
            || exchange.Headers?.Contains("Expect") != true)
        {
            return HeadVerdict.Deliver;
        }

        HeaderList kept = new();
        foreach (HeaderField field in exchange.Headers)
        {
            if (!field.Name.Equals("Expect", StringComparison.OrdinalIgnoreCase))
            {
                kept.Add(field);
            }
        }

        exchange.Headers = kept;
        return HeadVerdict.SendAgain;
    }
}
