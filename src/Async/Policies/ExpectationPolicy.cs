using PollHttp.Exchanges;

namespace PollHttp.Policies;

/// <summary>A server that refuses an expectation (417) gets the request once more without it, where the content is still whole.</summary>
internal sealed class ExpectationPolicy : IExchangePolicy
{
    public void BeforeSend(Exchange exchange)
    {
        // Whether to expect is the caller's decision.
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
