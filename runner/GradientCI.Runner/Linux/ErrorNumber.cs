namespace GradientCI.Runner.Linux;

/// <summary>Linux's numbers of errors; the <see cref="Exception.HResult"/> of an <see cref="IOException"/> is one of them.</summary>
internal static class ErrorNumber
{
    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int TooBig = 7;
    public const int TryAgain = 11;
    public const int NoMemory = 12;
    public const int AccessDenied = 13;
    public const int Busy = 16;
    public const int Exists = 17;
    public const int NoSpace = 28;
    public const int QuotaExceeded = 122;
}
