using Microsoft.Extensions.Logging;

namespace GradientCI.Webhook.Hosting;

/// <summary>What the service says: a line of JSON each on the standard output, for a journal.</summary>
public static class ServiceLog
{
    /// <summary>Opens the log.</summary>
    public static ILoggerFactory Open() => LoggerFactory.Create(logging => logging
        .SetMinimumLevel(LogLevel.Information)

        // The server's own words: a line per request would drown ours, and addresses may carry what is secret.
        .AddFilter("Microsoft", LogLevel.Warning)
        .AddFilter("Quartz", LogLevel.Warning)
        .AddJsonConsole(options =>
        {
            options.UseUtcTimestamp = true;
            options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
        }));
}
