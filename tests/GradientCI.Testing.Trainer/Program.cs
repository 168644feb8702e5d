// Stands in for training code: `trainer BEHAVIOUR ARGUMENT…`, one behaviour per thing that real training code does to us.
using GradientCI.Testing.Trainer;

if (args is not [var name, .. var arguments] || !Behaviours.ByName.TryGetValue(name, out var behaviour))
{
    Console.Error.WriteLine($"One of: {string.Join(' ', Behaviours.ByName.Keys)}");
    return 2;
}

return await behaviour(arguments);
