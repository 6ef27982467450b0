using System.Net;

namespace PollHttp.Simulated;

/// <summary>The code under test: asks a server for a price, and waits when the server asks for it.</summary>
public sealed class PriceFeed(PollHttpClient client, TimeProvider clock)
{
    private const int Attempts = 4;

    /// <summary>Gets a price.</summary>
    /// <exception cref="HttpRequestException">There was none after several attempts.</exception>
    public async Task<decimal> GetAsync(string item)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                using Response response = await client.GetAsync($"http://prices.example/{Uri.EscapeDataString(item)}");
                if (response.StatusCode == HttpStatusCode.TooManyRequests && attempt < Attempts)
                {
                    await Task.Delay(response.GetRetryAfter(clock) ?? TimeSpan.FromSeconds(1), clock);
                    continue;
                }

                response.EnsureSuccessStatusCode();
                return decimal.Parse(await response.ReadAsStringAsync(), System.Globalization.CultureInfo.InvariantCulture);
            }
            catch (Exception error) when (error is PollHttpException or HttpIOException && attempt < Attempts)
            {
                await Task.Delay(TimeSpan.FromSeconds(attempt), clock);
            }
        }
    }
}
