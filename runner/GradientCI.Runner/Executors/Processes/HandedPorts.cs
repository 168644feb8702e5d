using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace GradientCI.Runner.Executors.Processes;

/// <summary>Hands out ports of this machine in the place of those that manifests declare, as several trials would want the same.</summary>
/// <remarks>
/// They lie below those that Linux gives to outgoing connections, and go round: one that was handed out, and that its trial has
/// not begun to listen at, is not handed out again soon. Which stands for which is a file of the attempt's, for whoever connects.
/// </remarks>
internal sealed class HandedPorts
{
    private const int Lowest = 20_000;
    private const int Count = 10_000;

    private int _last = RandomNumberGenerator.GetInt32(Count);

    /// <summary>Hands out a port for each that is declared, and notes which.</summary>
    /// <exception cref="IOException">It cannot be noted, or all of them are in use.</exception>
    public ImmutableArray<int> HandOut(ImmutableArray<int> declared, string stateDirectory)
    {
        if (declared.IsEmpty)
        {
            return [];
        }

        ImmutableArray<int> real = [.. declared.Select(_ => Next())];
        File.WriteAllLines(PathIn(stateDirectory), declared.Zip(real, (port, stand) => $"{port} {stand}"));
        return real;
    }

    /// <summary>Which port of this machine stands for a declared one of an attempt; null when none does.</summary>
    public static int? Find(string stateDirectory, int declared)
    {
        var path = PathIn(stateDirectory);
        var line = File.Exists(path) ? File.ReadLines(path).FirstOrDefault(line => line.StartsWith($"{declared} ", StringComparison.Ordinal)) : null;
        return int.TryParse(line?.Split(' ')[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= Lowest and < Lowest + Count ? port : null;
    }

    private int Next()
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var port = Lowest + (int)((uint)Interlocked.Increment(ref _last) % Count);
            if (IsFree(port))
            {
                return port;
            }
        }

        throw new IOException($"All ports from {Lowest} to {Lowest + Count - 1} are in use.");
    }

    // Bound to any address and never listened at: whoever listens at one of them is in its way.
    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static string PathIn(string stateDirectory) => Path.Combine(stateDirectory, "ports");
}
